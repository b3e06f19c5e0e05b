"""tests/shared/stores/test_sessions.py on DynamoDB Local."""

from tests.shared.stores.test_sessions import *  # noqa: F401,F403  its tests
