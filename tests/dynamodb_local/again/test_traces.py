"""tests/model/test_traces.py on DynamoDB Local."""

from tests.model.test_traces import *  # noqa: F401,F403  its tests
