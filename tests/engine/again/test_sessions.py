"""tests/shared/test_sessions.py on DynamoDB Local."""

from tests.shared.test_sessions import *  # noqa: F401,F403  its tests
