"""tests/lambda_functions/test_request_password_reset.py on DynamoDB Local."""

from tests.lambda_functions.test_request_password_reset import *  # noqa: F401,F403  its tests
