"""The event that a version is tried with finds what it can find."""

import importlib
from contextlib import suppress

import pytest

from scripts.delivery.start_check import EVENT
from shared.wiring.services import Services
from tests.support.wire import Wire


@pytest.mark.parametrize("module", ["get_user", "export_user", "list_sessions", "delete_sessions",
                                    "client_id_authorizer"])
def test_a_function_that_looks_somebody_up_is_made_to_do_so(module: str, services: Services,
                                                            wire: Wire) -> None:
    """A table that it may not read would fail the version."""
    handler = importlib.import_module(f"lambda_functions.{module}").handler

    with suppress(Exception):
        handler(EVENT, None, services)

    assert wire.sent_to_tables() != []
