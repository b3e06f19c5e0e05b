"""tests/shared/stores/test_identities.py on DynamoDB Local."""

from tests.shared.stores.test_identities import *  # noqa: F401,F403  its tests
