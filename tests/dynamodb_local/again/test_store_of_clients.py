"""tests/shared/stores/test_clients.py on DynamoDB Local."""

from tests.shared.stores.test_clients import *  # noqa: F401,F403  its tests
