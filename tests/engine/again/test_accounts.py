"""tests/shared/test_accounts.py on DynamoDB Local."""

from tests.shared.test_accounts import *  # noqa: F401,F403  its tests
