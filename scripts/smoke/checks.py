"""smoke: each deployed function is called over HTTP, and its answer's meaning checked.

Takes the stage's base URL and the id of a client registered on it. One check a function;
those of account_checks.py make an account for themselves and delete it.
"""

import secrets
from collections.abc import Callable, Mapping

from scripts.smoke import account_checks as accounts
from scripts.smoke.api import Api, Wrong
from scripts.smoke.person import NobodyCanSignIn, person

FORGED = "e30.e30.forged"


def ping(api: Api) -> None:
    api.call("GET", "/ping").require(200, message="pong")


def get_jwks(api: Api) -> None:
    answer = api.call("GET", "/.well-known/jwks.json")
    answer.require(200)
    keys = answer.body.get("keys", [])
    good = all((key.get("kty"), key.get("crv"), key.get("alg")) == ("EC", "P-256", "ES256")
               and key.get("kid") and "d" not in key for key in keys)
    if not (keys and good):
        raise answer.wrong("200 with public P-256 keys")


def preflight(api: Api) -> None:
    answer = api.call("OPTIONS", "/user", headers={
        "origin": "https://smoke.example", "access-control-request-method": "POST"})
    answer.require(204)
    if "POST" not in answer.headers.get("access-control-allow-methods", ""):
        raise answer.wrong("204 that allows POST")
    api.call("POST", "/ping").require(405, name="method_not_allowed")


def create_user(api: Api) -> None:
    weak = {"email": "smoke@simulator.amazonses.com", "password": "password"}
    answer = api.call("POST", "/user", weak)
    answer.require(400, name="weak_password")
    if not any(field.get("field") == "password" for field in answer.body.get("fields", [])):
        raise answer.wrong("400 that says what is wrong with the password")


def create_user_and_leave(api: Api) -> None:
    create_user(api)
    with person(api):
        pass


def client_id_authorizer(api: Api) -> None:
    stranger = Api(api.base_url, f"stranger-{secrets.token_hex(8)}")
    stranger.call("POST", "/user", {}).require(401, name="unauthorized")
    api.call("POST", "/user", {}).require(400, name="invalid_request")


def _mail(method: str, path: str, body: dict[str, str], status: int, **fields: str
          ) -> Callable[[Api], None]:
    """Return the check of a route that answers `status` on a stage that sends mail."""
    def check(api: Api) -> None:
        answer = api.call(method, path, body)
        if answer.status == 503:
            answer.require(503, name="mail_not_configured")
        else:
            answer.require(status, **fields)
    return check


def _refuses(method: str, path: str, body: dict[str, str] | None = None,
             name: str = "unauthorized") -> Callable[[Api], None]:
    """Return the check of a route that lets nobody in who is not signed in."""
    return lambda api: api.call(method, path, body, FORGED).require(401, name=name)


# Another one at each run: attempts at an address, and mails to it, are counted.
_NOBODY = {"email": f"success+{secrets.token_hex(12)}@simulator.amazonses.com"}

CHECKS: Mapping[str, Callable[[Api], None]] = {
    "ping": ping,
    "getJwks": get_jwks,
    "preflight": preflight,
    "createUser": create_user_and_leave,
    "clientIdAuthorizer": client_id_authorizer,
    "authorizer": accounts.authorizer,
    "getUser": accounts.get_user,
    "exportUser": accounts.export_user,
    "changePassword": accounts.change_password,
    "deleteUser": accounts.delete_user,
    "createSession": accounts.create_session,
    "getSession": accounts.get_session,
    "refreshSession": accounts.refresh_session,
    "deleteSession": accounts.delete_session,
    "listSessions": accounts.list_sessions,
    "deleteSessions": accounts.delete_sessions,
    "deleteSessionById": accounts.delete_session_by_id,
    "requestPasswordReset": _mail("POST", "/user/password-reset", _NOBODY, 202),
    "resetPassword": _mail("PUT", "/user/password-reset", {
        "token": FORGED, "new_password": FORGED}, 400, name="invalid_link"),
    "requestEmailVerification": _mail("POST", "/user/email-verification", _NOBODY, 202),
    "verifyEmail": _mail("PUT", "/user/email-verification", {
        "token": FORGED}, 400, name="invalid_link"),
}

# What can still be checked on a stage where nobody can be signed up and in from outside.
REFUSALS: Mapping[str, Callable[[Api], None]] = {
    "createUser": create_user,
    "createSession": _refuses("POST", "/session", {
        "account_type": "traditional", **_NOBODY, "password": FORGED}, "bad_credentials"),
    "refreshSession": _refuses("PUT", "/session", {"refresh_token": FORGED}),
    "authorizer": _refuses("GET", "/session"),
    "getUser": _refuses("GET", "/user"),
    "exportUser": _refuses("GET", "/user/export"),
    "changePassword": _refuses("PUT", "/user/password", {}),
    "deleteUser": _refuses("DELETE", "/user", {}),
    "getSession": _refuses("GET", "/session"),
    "deleteSession": _refuses("DELETE", "/session"),
    "listSessions": _refuses("GET", "/sessions"),
    "deleteSessions": _refuses("DELETE", "/sessions"),
    "deleteSessionById": _refuses("DELETE", f"/sessions/{accounts.UNKNOWN_SESSION}"),
}


def smoke(function: str, api: Api, can_sign_up: bool = True) -> str:
    """Check a function; return what was seen, or raise Wrong."""
    if not can_sign_up and function in REFUSALS:
        REFUSALS[function](api)
        return "refuses as it should; a signed-in caller was not tried"
    try:
        CHECKS[function](api)
    except NobodyCanSignIn:
        raise Wrong("Sign-up answers 202, so this stage requires verified addresses: set "
                    "SMOKE_SIGN_UP=no for it, and only refusals are checked.") from None
    return "answers as it should"
