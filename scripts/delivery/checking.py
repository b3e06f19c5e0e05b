"""The smoke checks of a deployed stage, and the alias `checked` that they move."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from scripts.checkout import Refused
from scripts.delivery.functions import ALIAS, LATEST, Function, Version
from scripts.delivery.gateway import Gateway
from scripts.smoke.api import Api
from scripts.smoke.checks import authorizers, smoke


@contextmanager
def checked(functions: Sequence[Function]) -> Iterator[Mapping[Function, Version]]:
    """Yield what has the traffic of each, and mark it as checked if the checks that are run
    meanwhile pass and the traffic has stayed there; else raise Refused, and mark none."""
    live = {function: function.live() for function in functions}
    yield live
    moved = [function.name for function in functions if function.live() != live[function]]
    if moved:
        raise Refused(f"Another deployment has moved the traffic of {', '.join(moved)} while this "
                      "was checked; check again.")
    for function, version in live.items():
        # $LATEST may become other code at any time.
        if version.number != LATEST:
            function.mark_checked(version)


# Longer than the checks of a stage take.
CHECKS_SECONDS = 3600


def deployed_api(base_url: str, client_id: str, stage: str, region: str,
                 account: tuple[str, str] | None) -> Api:
    """Return the API with what its checks need to know of the stage."""
    def invoke(name: str, event: object) -> tuple[Any, bool]:
        return Function(name, stage, region).invoke(ALIAS, event)

    sign_up = Function("createUser", stage, region).settings(ALIAS)
    variables = sign_up.get("Environment", {}).get("Variables", {})
    requires_factor = variables.get("REQUIRE_SECOND_FACTOR") == "true"
    grace_seconds = int(variables.get("ENROLMENT_GRACE_SECONDS", 0))
    # An account that was lent has no second factor, and its grace is over some day.
    return Api(base_url, client_id, variables.get("REQUIRE_VERIFIED_EMAIL") != "true",
               None if requires_factor else account, invoke,
               needs_factor=requires_factor and grace_seconds < CHECKS_SECONDS)


def check(function: Function, api: Api, gateway: Gateway) -> str:
    """Check a function; return what was seen. Raises Wrong. An authorizer is asked itself, not
    the cache of what it, or the version before, has answered."""
    if function.name not in authorizers() or gateway.forget_callers():
        return smoke(function.name, api)
    return f"{smoke(function.name, api)}; API Gateway has no cache here that could be emptied"
