"""tests/lambda_functions/test_change_password.py on DynamoDB Local."""

from tests.lambda_functions.test_change_password import *  # noqa: F401,F403  its tests
