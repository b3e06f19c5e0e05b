"""tests/lambda_functions/test_delete_sessions.py on DynamoDB Local."""

from tests.lambda_functions.test_delete_sessions import *  # noqa: F401,F403  its tests
