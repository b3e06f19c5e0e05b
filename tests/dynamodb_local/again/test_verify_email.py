"""tests/lambda_functions/test_verify_email.py on DynamoDB Local."""

from tests.lambda_functions.test_verify_email import *  # noqa: F401,F403  its tests
