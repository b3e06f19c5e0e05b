"""The tests of tests/engine/again/test_password_changes.py; not collected here."""

from tests.lambda_functions.conftest import laptop, phone, strict  # noqa: F401  their fixtures
from tests.lambda_functions.test_change_password import *  # noqa: F401,F403  its tests
from tests.lambda_functions.test_request_password_reset import *  # noqa: F401,F403  its tests
from tests.lambda_functions.test_reset_password import *  # noqa: F401,F403  its tests
