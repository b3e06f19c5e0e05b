"""A version is refused for what it does itself, and for nothing else."""

import importlib
from contextlib import suppress
from typing import NoReturn

import pytest
from botocore.exceptions import WaiterError

from scripts.checkout import Refused
from scripts.delivery.functions import Function, Version
from scripts.delivery.start_check import EVENT, require_start
from scripts.local.clients import REGION
from shared.wiring.services import Services
from tests.support.wire import Wire

VERSION = Version("7", "00" * 32)


class Waiting:
    """A Lambda client whose waiter ends with this response."""

    def __init__(self, last_response: dict[str, object]) -> None:
        self._last_response = last_response

    def get_waiter(self, _name: str) -> "Waiting":
        return self

    def wait(self, **_: object) -> NoReturn:
        raise WaiterError("PublishedVersionActive", "it ended badly", self._last_response)


def function(last_response: dict[str, object]) -> Function:
    function = Function("ping", "dev", REGION)
    function.client = Waiting(last_response)
    return function


def test_a_version_that_fails_to_start_is_refused() -> None:
    with pytest.raises(Refused, match="Version 7 of .* does not start: no room"):
        require_start(function({"State": "Failed", "StateReason": "no room"}), VERSION)


def test_a_version_that_could_not_be_asked_about_is_not() -> None:
    """It would be deleted for it."""
    with pytest.raises(WaiterError):
        require_start(function({"Error": {"Code": "TooManyRequestsException"}}), VERSION)


@pytest.mark.parametrize("module", ["get_user", "export_user", "list_sessions", "delete_sessions",
                                    "client_id_authorizer"])
def test_a_function_that_looks_somebody_up_is_made_to_do_so(module: str, services: Services,
                                                            wire: Wire) -> None:
    """A table that it may not read would fail the version."""
    handler = importlib.import_module(f"lambda_functions.{module}").handler

    with suppress(Exception):
        handler(EVENT, None, services)

    assert wire.sent_to_tables() != []
