"""The tests of tests/engine/again/test_leaving.py; not collected here."""

from tests.lambda_functions.conftest import laptop, phone, strict  # noqa: F401  their fixtures
from tests.lambda_functions.test_delete_user import *  # noqa: F401,F403  its tests
from tests.lambda_functions.test_export_user import *  # noqa: F401,F403  its tests
