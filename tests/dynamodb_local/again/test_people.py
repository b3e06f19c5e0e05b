"""tests/scripts/test_people.py on DynamoDB Local, on as many threads as an import has."""

from tests.scripts.test_people import *  # noqa: F401,F403  its tests
