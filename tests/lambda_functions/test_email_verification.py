"""The tests of tests/engine/again/test_email_verification.py; not collected here."""

from tests.lambda_functions.conftest import laptop, phone, strict  # noqa: F401  their fixtures
from tests.lambda_functions.test_request_email_verification import *  # noqa: F401,F403  its tests
from tests.lambda_functions.test_verify_email import *  # noqa: F401,F403  its tests
