"""tests/lambda_functions/test_reset_password.py on DynamoDB Local."""

from tests.lambda_functions.test_reset_password import *  # noqa: F401,F403  its tests
