"""tests/lambda_functions/test_create_session.py on DynamoDB Local."""

from tests.lambda_functions.test_create_session import *  # noqa: F401,F403  its tests
