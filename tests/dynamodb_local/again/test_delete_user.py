"""tests/lambda_functions/test_delete_user.py on DynamoDB Local."""

from tests.lambda_functions.test_delete_user import *  # noqa: F401,F403  its tests
