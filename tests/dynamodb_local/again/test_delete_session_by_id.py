"""tests/lambda_functions/test_delete_session_by_id.py on DynamoDB Local."""

from tests.lambda_functions.test_delete_session_by_id import *  # noqa: F401,F403  its tests
