"""tests/lambda_functions/test_sessions_of_a_person.py on DynamoDB Local."""

from tests.lambda_functions.test_sessions_of_a_person import *  # noqa: F401,F403  its tests
