"""smoke: each deployed function is called over HTTP, and its answer's meaning checked.

Takes the stage's base URL and the id of a client registered on it. The check of a function is
the one in MODULES that is called as the function's own module, such as get_user of getUser.
Where nobody can be signed up and in from outside, get_user_refusal takes its place where it
needs a person who is; a route
behind the authorizer has one without writing it.
"""

import re
from collections.abc import Callable, Mapping

from scripts import serverless_yml
from scripts.checkout import Refused
from scripts.serverless_yml import Route
from scripts.smoke import (account_checks, address_checks, client_checks, code_checks,
                           factor_checks, page_checks, passkey_checks)
from scripts.smoke.api import FORGED, UNKNOWN_ID, Api
from scripts.smoke.person import NobodyCanSignIn

# Returns what is to be said in place of the usual.
Check = Callable[[Api], str | None]
MODULES = (client_checks, account_checks, address_checks, code_checks, factor_checks,
           passkey_checks, page_checks)


def checks() -> Mapping[str, Check]:
    """Return the check of each function that has one."""
    return _called("{module}")


def refusals() -> Mapping[str, Check]:
    """Return what can still be told of a function where nobody can be signed up and in."""
    routes = serverless_yml.routes(serverless_yml.load())
    guarded = {route.function: _lets_no_stranger_in(route) for route in routes
               if route.authorizer == "authorizer"}
    return guarded | _called("{module}_refusal")


def _called(pattern: str) -> dict[str, Check]:
    """Return what has this name in MODULES, but for what they import themselves."""
    names = {pattern.format(module=module.rpartition(".")[2]): name
             for name, module in serverless_yml.functions().items()}
    return {names[name]: check for module in MODULES for name, check in vars(module).items()
            if name in names and check.__module__ == module.__name__}


def _lets_no_stranger_in(route: Route) -> Check:
    path = re.sub(r"{\w+}", UNKNOWN_ID, route.path)
    return lambda api: api.call(route.method.upper(), path, token=FORGED).require(
        401, name="unauthorized")


def smoke(function: str, api: Api) -> str:
    """Check a function; return what was seen, or raise Wrong. One without a check is Refused."""
    if function not in (known := checks()):
        wanted = serverless_yml.functions()[function].rpartition(".")[2]
        raise Refused(f"{function} has no smoke check: write {wanted} in "
                      "scripts/smoke/account_checks.py or a module beside it.")
    try:
        return known[function](api) or "answers as it should"
    except NobodyCanSignIn:
        refusals()[function](api)
        return ("refuses as it should; a signed-in caller was not tried, because this stage "
                "requires verified addresses or a second factor")


def authorizers() -> set[str]:
    """Return the functions whose answers API Gateway may keep."""
    routes = serverless_yml.routes(serverless_yml.load())
    return {route.authorizer for route in routes if route.authorizer}
