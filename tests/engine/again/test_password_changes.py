"""tests/lambda_functions/test_password_changes.py on DynamoDB Local."""

from tests.lambda_functions.test_password_changes import *  # noqa: F401,F403  its tests
