"""A handler's page, its docstring, names exactly the errors that it can answer."""

import ast
import importlib
import re

import pytest

from scripts import package, serverless_yml
from scripts.checkout import ROOT
from shared import errors
from shared.gateway import vouched
from tests.support import routes

FUNCTIONS = package.functions()
# What each method of a service that a handler calls can raise, by its wire name.
PASSWORD_LIMITS = {"bad_credentials", "too_many_attempts", "unavailable"}
FRESH = {"unauthorized", "reauthentication_required", "unavailable"}
OPTIONS = {"passkeys_not_configured", "unavailable"}
CEREMONY = OPTIONS | {"invalid_ticket", "invalid_passkey"}
LIVE = {"unauthorized", "invalid_dpop_proof", "session_ended", "unavailable"}
RAISES: dict[str, set[str]] = {
    "account_pages.asset": set(),
    "account_pages.page": set(),
    "access_tokens.bind": {"invalid_dpop_proof"},
    "access_tokens.verify": {"unauthorized", "invalid_dpop_proof", "unavailable"},
    "accounts.find": {"unauthorized", "unavailable"},
    "authorization_codes.issue": FRESH | {"invalid_dpop_proof", "invalid_redirect_uri"},
    "clients.require": {"unauthorized", "unavailable"},
    "code_sign_in.open": {"invalid_authorization_code", "account_blocked", "unavailable"},
    "deletion.delete": PASSWORD_LIMITS | {"reauthentication_required"},
    "delivery.do": {"mail_not_configured", "unavailable"},
    "email_change_requests.ask": {"unauthorized", "reauthentication_required",
                                  "invalid_request", "mail_not_configured", "too_many_attempts",
                                  "unavailable"},
    "email_changes.confirm": {"unauthorized", "invalid_dpop_proof", "session_ended",
                              "enrolment_required", "invalid_link", "user_exists",
                              "mail_not_configured", "unavailable"},
    "export.of": {"unauthorized", "unavailable"},
    "app_enrolment.begin": FRESH | {"factor_exists"},
    "app_enrolment.confirm": FRESH | {"not_found", "factor_exists", "too_many_attempts",
                                      "invalid_code"},
    "factor_removal.remove_passkey": FRESH | {"not_found", "last_way_in"},
    "factor_removal.remove_totp": FRESH | {"not_found"},
    "factor_changes.replace_codes": FRESH | {"not_found"},
    "factor_store.find": {"unavailable"},
    "factor_store.rename_passkey": {"unavailable"},
    "mailed_links.claims": {"invalid_link", "mail_not_configured", "unavailable"},
    "mailed_links.owner": {"invalid_link", "mail_not_configured", "unavailable"},
    "mail_requests.ask": {"mail_not_configured", "too_many_attempts", "unavailable"},
    "notices.tell": set(),
    "notices.tell_spent": set(),
    "notices.tell_user": set(),
    "notices.tell_verified": set(),
    "owners.find_with_account": {"unauthorized", "unavailable"},
    "password_changes.change": PASSWORD_LIMITS | {"account_blocked", "weak_password",
                                                  "reauthentication_required"},
    "password_changes.reset": {"invalid_link", "too_many_attempts", "unavailable",
                               "weak_password"},
    "password_policy.check": {"weak_password"},
    "passkey_enrolment.add": FRESH | CEREMONY | {"factor_exists", "too_many_passkeys"},
    "passkey_options.to_add": OPTIONS,
    "passkey_options.to_finish": OPTIONS | {"invalid_ticket", "not_found"},
    "passkey_options.to_show_again": OPTIONS | {"not_found"},
    "passkey_options.to_sign_in": OPTIONS,
    "passkey_options.to_sign_up": OPTIONS,
    "passkey_reauthentication.prove": LIVE | CEREMONY | {"unknown_passkey", "too_many_attempts"},
    "passkey_sign_in.open": CEREMONY | {"unknown_passkey", "bad_credentials", "account_blocked",
                                        "too_many_attempts"},
    "passkey_sign_up.register": CEREMONY | {"invalid_link", "user_exists", "mail_not_configured"},
    "remembered_clients.require": {"unauthorized", "unavailable"},
    "sessions.authorize": {"unauthorized", "unavailable"},
    "sessions.end": {"session_ended", "unavailable"},
    "sessions.refresh": {"unauthorized", "invalid_dpop_proof", "session_ended",
                         "stale_access_token", "unavailable"},
    "password_sign_in.open": PASSWORD_LIMITS | {"account_blocked", "second_factor_required"},
    "password_sign_in.open_for": {"bad_credentials", "account_blocked", "second_factor_required",
                                  "unavailable"},
    "reauthentication.by_code": LIVE | FRESH | {"too_many_attempts", "invalid_code"},
    "reauthentication.by_password": LIVE | FRESH | PASSWORD_LIMITS,
    "second_step.open": PASSWORD_LIMITS | {"account_blocked", "invalid_ticket", "invalid_code"},
    "sources.count_sign_up": {"too_many_attempts", "unavailable"},
    "sign_up.invite": {"invalid_request", "too_many_attempts", "unavailable"},
    "sign_up.register": {"user_exists", "too_many_attempts", "unavailable"},
    "step_up.session_of": LIVE,
    "trusted_owners.find": FRESH,
    "used_tickets.require_unused_link": {"invalid_link", "unavailable"},
    "signing_keys.every": {"unavailable"},
    "user_sessions.end": {"not_found", "unavailable"},
    "user_sessions.end_all": {"unavailable"},
    "user_sessions.live": {"unavailable"},
    "verification.by_password": PASSWORD_LIMITS | {"invalid_link", "mail_not_configured"},
    "verification.by_session": {"invalid_link", "mail_not_configured", "unavailable"},
}
# What a handler uses of its services beside their methods.
NO_METHOD = {"now", "settings"}
# What comes of the event itself: any body, a body with an address, an errand, and what an
# authorizer puts into the event, which is missing where it refused.
ANY_BODY = {"invalid_request", "body_too_large", "unsupported_media_type"}
FIELDS = {"email": {"invalid_email"}, "account_type": {"unsupported_account_type"}}
PARSED = {"errands.parse": {"invalid_request"}}
RAISED_BY_ITSELF = {"InvalidRequest": "invalid_request", "Unauthorized": "unauthorized",
                    "MethodNotAllowed": "method_not_allowed", "NoSuchRoute": "not_found",
                    "NotFound": "not_found"}


def source(module: str) -> ast.Module:
    return ast.parse((ROOT / module.replace(".", "/")).with_suffix(".py").read_text())


def of_services(tree: ast.AST) -> bool:
    return isinstance(tree, ast.Attribute) and ast.unparse(tree.value) == "services"


def used(module: str) -> list[str]:
    """Return the services that a handler uses, each as often as it does."""
    return [node.attr for node in ast.walk(source(module))
            if isinstance(node, ast.Attribute) and of_services(node)
            and node.attr not in NO_METHOD]


def called(module: str) -> set[str]:
    """Return what a handler calls of its services, as "service.method"."""
    calls = [ast.unparse(node.func).removeprefix("services.") for node in ast.walk(source(module))
             if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
             and of_services(node.func.value)]
    assert sorted(used(module)) == sorted(call.partition(".")[0] for call in calls)
    return set(calls)


def made(module: str) -> ast.Call:
    """Return the call that makes the handler."""
    [call] = [node.value for node in source(module).body if isinstance(node, ast.Assign)
              and ast.unparse(node.targets[0]) == "handler"]
    assert isinstance(call, ast.Call)
    return call


def errors_of(function: str) -> set[str]:
    """Return the wire names of all errors that a handler can answer."""
    module = FUNCTIONS[function]
    tree = source(module)
    names = set().union(*(RAISES[call] for call in called(module)))
    for body in routes.body_models(tree):
        model = getattr(importlib.import_module(module), body)
        names |= ANY_BODY.union(*(FIELDS.get(field, set()) for field in model.__annotations__))
    names = names.union(*(PARSED.get(ast.unparse(node.func), set()) for node in ast.walk(tree)
                          if isinstance(node, ast.Call)))
    raised = [ast.unparse(node.exc).partition("(")[0] for node in ast.walk(tree)
              if isinstance(node, ast.Raise) and node.exc is not None]
    names |= {RAISED_BY_ITSELF[name] for name in raised}
    for route in serverless_yml.routes(serverless_yml.load()):
        if route.function == function and route.authorizer:
            names |= {"unauthorized"}
            if route.authorizer == "authorizer":
                names |= {"invalid_dpop_proof"}
                if not (route.path in vouched.ALWAYS_OPEN or route.path.startswith("/factors")):
                    names |= {"enrolment_required"}
    return names


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_page_of_a_function_names_the_errors_it_can_answer(function: str) -> None:
    """Those and no others; a call that no row of RAISES knows fails here too."""
    page = ast.get_docstring(source(FUNCTIONS[function])) or ""
    known = {kind.name for kind in vars(errors).values()
             if isinstance(kind, type) and issubclass(kind, errors.SessionApiError)}

    named = {name for name in known if re.search(rf"\b{name}\b", page)}

    assert named == errors_of(function)


def test_every_row_of_what_a_service_raises_is_called() -> None:
    assert set().union(*map(called, FUNCTIONS.values())) == RAISES.keys()


@pytest.mark.parametrize("module", FUNCTIONS.values())
def test_a_function_names_the_services_that_it_uses(module: str) -> None:
    """What it names is built at start and is in its zip; what it does not name is in neither."""
    named = [ast.literal_eval(argument) for argument in made(module).args[1:]]

    assert sorted(named) == sorted(set(used(module)))


@pytest.mark.parametrize("module", FUNCTIONS.values())
def test_a_function_knows_its_services_by_no_other_name(module: str) -> None:
    """The tests above see what is written as `services.<name>`, and nothing else."""
    tree = source(module)
    [function] = [node for node in tree.body if isinstance(node, ast.FunctionDef)
                  and node.name == ast.unparse(made(module).args[0])]
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)
             and node.id in ("services", "_services")]
    uses = [node for node in ast.walk(tree) if of_services(node)]

    assert [argument.arg for argument in function.args.args][1:] in (["services"], ["_services"])
    assert len(names) == len(uses)
