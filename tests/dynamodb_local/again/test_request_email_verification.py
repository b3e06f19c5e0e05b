"""tests/lambda_functions/test_request_email_verification.py on DynamoDB Local."""

from tests.lambda_functions.test_request_email_verification import *  # noqa: F401,F403  its tests
