"""tests/lambda_functions/test_client_id_authorizer.py on DynamoDB Local."""

from tests.lambda_functions.test_client_id_authorizer import *  # noqa: F401,F403  its tests
