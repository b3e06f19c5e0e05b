"""tests/lambda_functions/test_list_sessions.py on DynamoDB Local."""

from tests.lambda_functions.test_list_sessions import *  # noqa: F401,F403  its tests
