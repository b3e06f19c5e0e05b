"""tests/shared/sign_in/test_attempts.py on DynamoDB Local."""

from tests.shared.sign_in.test_attempts import *  # noqa: F401,F403  its tests
