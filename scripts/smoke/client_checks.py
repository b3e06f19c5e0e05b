"""Smoke checks of the functions that know the client at most, and not the caller."""

import json
import secrets
from collections.abc import Callable

from scripts.smoke.api import FORGED, Api, ApiAnswer, Wrong
from scripts.smoke.person import ADDRESS, new_address, new_password, newcomer, person
from shared.mail.errands import Errand, Occasion


def ping(api: Api) -> None:
    api.call("GET", "/ping").require(200, message="pong")


def get_configuration(api: Api) -> None:
    """What it names is where this stage says that it is, whichever address it is checked at."""
    answer = api.call("GET", "/.well-known/openid-configuration")
    answer.require(200, jwks_uri=f"{answer['issuer']}/.well-known/jwks.json")


def get_jwks(api: Api) -> None:
    answer = api.call("GET", "/.well-known/jwks.json")
    answer.require(200)
    keys = answer["keys"]
    good = all((key.get("kty"), key.get("crv"), key.get("alg")) == ("EC", "P-256", "ES256")
               and key.get("kid") and "d" not in key for key in keys)
    if not (keys and good):
        raise answer.wrong("200 with public P-256 keys")


def preflight(api: Api) -> None:
    # By itself, API Gateway takes an unknown path with this header for a broken signature.
    api.call("GET", "/no-such-route", token="x").require(404, name="not_found")
    answer = api.call("OPTIONS", "/user", headers={
        "origin": "https://smoke.example", "access-control-request-method": "POST"})
    answer.require(204)
    if "POST" not in answer.headers.get("access-control-allow-methods", ""):
        raise answer.wrong("204 that allows POST")
    api.call("POST", "/ping").require(405, name="method_not_allowed")


def create_user(api: Api) -> None:
    """Where addresses must be verified, a new one and a taken one get the same answer. Nobody can
    delete such an account, nor one that needs a second factor first, so that it is the same one
    each time."""
    _refuse_weak_password(api)
    if api.signs_up and not api.needs_factor:
        with newcomer(api):
            return
    known = {"email": ADDRESS.format("smoke"), "password": new_password()}
    answer = api.call("POST", "/user", known)
    if not api.signs_up:
        answer.require(202)
    elif answer.status != 201:
        answer.require(409, name="user_exists")


def _refuse_weak_password(api: Api) -> None:
    weak = {"email": "smoke@simulator.amazonses.com", "password": "password"}
    answer = api.call("POST", "/user", weak)
    answer.require(400, name="weak_password")
    if not any(field.get("field") == "password" for field in answer["fields"]):
        raise answer.wrong("400 that says what is wrong with the password")


def client_id_authorizer(api: Api) -> None:
    stranger = Api(api.base_url, f"stranger-{secrets.token_hex(8)}")
    stranger.call("POST", "/user", {}).require(401, name="unauthorized")
    api.call("POST", "/user", {}).require(400, name="invalid_request")


def _mail(method: str, path: str, body: dict[str, str], status: int, **fields: str
          ) -> Callable[[Api], str | None]:
    """Return the check of a route that answers so on a stage that sends mail."""
    return lambda api: require_mail(api.call(method, path, body), status, **fields)


def require_mail(answer: ApiAnswer, status: int, **fields: str) -> str | None:
    """Require an answer of a stage that sends mail; of another one, return that it sends none."""
    if answer.status == 503:
        answer.require(503, name="mail_not_configured")
        return NO_MAIL
    answer.require(status, **fields)
    return None


NO_MAIL = "answers that this stage sends no mail (it has no mailSender)"
request_password_reset = _mail("POST", "/user/password-reset", {"email": new_address()}, 202)
reset_password = _mail("PUT", "/user/password-reset", {
    "token": FORGED, "new_password": FORGED}, 400, name="invalid_link")
request_email_verification = _mail("POST", "/user/email-verification", {
    "email": new_address()}, 202)
verify_email = _mail("PUT", "/user/email-verification", {
    "token": FORGED, "password": FORGED}, 400, name="invalid_link")
# That a route has posted an errand is all that can be seen from outside.
send_mail_refusal = request_password_reset


def send_mail(api: Api) -> str | None:
    """Really sends one. The device of the person has an allowance of its own, because mail to
    the simulator is counted as mail to one mailbox."""
    if (note := send_mail_refusal(api)) is not None:
        return note
    with person(api) as somebody:
        somebody.sign_in()
        errand = Errand(Occasion.RESET_PASSWORD, somebody.email, "smoke", somebody.device_token)
        assert api.invoke is not None
        said, failed = api.invoke("sendMail", errand.as_event())
        if failed or said != {"event": "mail_sent"}:
            raise Wrong("sendMail should say that the mail to an account was sent, and says "
                        f"{json.dumps(said)[:300]}; the log of the function says why.")
    return "has sent a mail"
