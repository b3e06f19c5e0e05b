"""tests/shared/stores/test_table.py on DynamoDB Local."""

from tests.shared.stores.test_table import *  # noqa: F401,F403  its tests
