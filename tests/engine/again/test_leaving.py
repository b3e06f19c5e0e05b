"""tests/lambda_functions/test_leaving.py on DynamoDB Local."""

from tests.lambda_functions.test_leaving import *  # noqa: F401,F403  its tests
