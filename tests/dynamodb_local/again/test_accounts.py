"""tests/shared/accounts/test_registration.py on DynamoDB Local."""

from tests.shared.accounts.test_registration import \
    *  # noqa: F401,F403  its tests
