"""tests/shared/sessions/test_lifecycle.py on DynamoDB Local."""

from tests.shared.sessions.test_lifecycle import \
    *  # noqa: F401,F403  its tests
