"""tests/lambda_functions/test_refresh_session.py on DynamoDB Local."""

from tests.lambda_functions.test_refresh_session import *  # noqa: F401,F403  its tests
