"""The tests of tests/engine/again/test_sessions_of_a_person.py; not collected here."""

from tests.lambda_functions.conftest import laptop, phone, strict  # noqa: F401  their fixtures
from tests.lambda_functions.test_delete_session_by_id import *  # noqa: F401,F403  its tests
from tests.lambda_functions.test_delete_sessions import *  # noqa: F401,F403  its tests
from tests.lambda_functions.test_list_sessions import *  # noqa: F401,F403  its tests
