"""tests/model/test_conditions.py on DynamoDB Local."""

from tests.model.test_conditions import *  # noqa: F401,F403  its tests
