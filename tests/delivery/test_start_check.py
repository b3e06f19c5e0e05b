"""The event that a version is tried with finds what it can find."""

import importlib
from contextlib import suppress

import pytest

from scripts import serverless_yml
from scripts.delivery import start_check
from scripts.delivery.functions import Version
from scripts.delivery.start_check import EVENT
from shared.wiring.services import Services
from tests.support.events import LambdaContext
from tests.support.wire import Wire


@pytest.mark.parametrize("function", serverless_yml.functions())
def test_every_function_takes_the_event_for_one_of_its_own(function: str,
                                                           services: Services) -> None:
    """One that broke on what the event lacks could not be deployed at all."""
    module = serverless_yml.functions()[function].rpartition(".")[2]
    handler = importlib.import_module(f"lambda_functions.{module}").handler

    class Asked:
        """The function, which is run here."""

        name, full_name = function, function

        def settings(self, _qualifier: str) -> dict[str, str]:
            return {"State": "Active"}

        def invoke(self, _qualifier: str, event: object) -> tuple[object, bool]:
            try:
                return handler(event, LambdaContext(function), services), False
            except Exception as error:
                return {"errorType": type(error).__name__, "errorMessage": str(error)}, True

    start_check.require_start(Asked(), Version("1", ""))  # type: ignore[arg-type]


@pytest.mark.parametrize("module", ["get_user", "export_user", "list_sessions", "delete_sessions",
                                    "list_factors", "create_totp", "create_recovery_codes",
                                    "delete_totp", "client_id_authorizer"])
def test_a_function_that_looks_somebody_up_is_made_to_do_so(module: str, services: Services,
                                                            wire: Wire) -> None:
    """A table that it may not read would fail the version."""
    handler = importlib.import_module(f"lambda_functions.{module}").handler

    with suppress(Exception):
        handler(EVENT, None, services)

    assert wire.sent_to_tables() != []
