"""Smoke checks of passkeys. An authenticator makes and uses them, and none is here: what a made-up
one sends is refused."""

from base64 import urlsafe_b64encode

from scripts.smoke.api import FORGED, UNKNOWN_ID, Api, ApiAnswer
from scripts.smoke.client_checks import require_mail
from scripts.smoke.person import person

ADD, SIGN_IN = "/factors/passkey", "/session/passkey"
NO_PASSKEYS = "answers that this stage has no passkeys (it has no passkeyRpId)"
# Of nobody; each is base64url.
MADE_UP = urlsafe_b64encode(FORGED.encode()).decode().rstrip("=")
CHALLENGE_CHARACTERS = 43
NEW_PASSKEY = {"id": MADE_UP, "type": "public-key", "response": {
    "clientDataJSON": MADE_UP, "attestationObject": MADE_UP}}
ANSWER = {"id": MADE_UP, "type": "public-key", "response": {
    "clientDataJSON": MADE_UP, "authenticatorData": MADE_UP, "signature": MADE_UP,
    "userHandle": MADE_UP}}


def begin_passkey(api: Api) -> str | None:
    with person(api) as somebody:
        access, _ = somebody.sign_in()
        answer = api.call("POST", f"{ADD}/options", token=access)
        if (ticket := _ticket_of(answer)) and not answer["public_key"].get("rp", {}).get("id"):
            raise answer.wrong("200 with the domain that a passkey is made for")
    return None if ticket else NO_PASSKEYS


def create_passkey(api: Api) -> str | None:
    with person(api) as somebody:
        access, _ = somebody.sign_in()
        _refused(api, "POST", ADD, FORGED, NEW_PASSKEY, access).require(
            401, name="invalid_ticket")
        if ticket := _ticket_of(api.call("POST", f"{ADD}/options", token=access)):
            _refused(api, "POST", ADD, ticket, NEW_PASSKEY, access).require(
                401, name="invalid_passkey")
    return None if ticket else NO_PASSKEYS


def rename_passkey(api: Api) -> None:
    with person(api) as somebody:
        access, _ = somebody.sign_in()
        path, name = f"{ADD}/{UNKNOWN_ID}", {"name": "smoke"}
        api.call("PUT", path, name, FORGED).require(401, name="unauthorized")
        api.call("PUT", path, name, access).require(404, name="not_found")


def delete_passkey(api: Api) -> None:
    with person(api) as somebody:
        access, _ = somebody.sign_in()
        path = f"{ADD}/{UNKNOWN_ID}"
        api.call("DELETE", path, token=FORGED).require(401, name="unauthorized")
        api.call("DELETE", path, token=access).require(404, name="not_found")


def begin_passkey_sign_in(api: Api) -> str | None:
    api.call("POST", f"{SIGN_IN}/options", {"ticket": FORGED}).require(401, name="invalid_ticket")
    answer = api.call("POST", f"{SIGN_IN}/options", {})
    ticket = _ticket_of(answer)
    if ticket and not answer["public_key"].get("rpId"):
        raise answer.wrong("200 with the domain whose passkeys sign in")
    return None if ticket else NO_PASSKEYS


def create_passkey_session(api: Api) -> str | None:
    _refused(api, "POST", SIGN_IN, FORGED, ANSWER).require(401, name="invalid_ticket")
    if not (ticket := _ticket_of(api.call("POST", f"{SIGN_IN}/options", {}))):
        return NO_PASSKEYS
    _refused(api, "POST", SIGN_IN, ticket, ANSWER).require(401, name="invalid_passkey")
    return None


def reauthenticate_by_passkey(api: Api) -> None:
    with person(api) as somebody:
        access, _ = somebody.sign_in()
        _refused(api, "PUT", SIGN_IN, FORGED, ANSWER, access).require(401, name="invalid_ticket")


def reauthenticate_by_passkey_refusal(api: Api) -> None:
    _refused(api, "PUT", SIGN_IN, FORGED, ANSWER, FORGED).require(401, name="unauthorized")


def begin_passkey_sign_up(api: Api) -> str | None:
    answer = api.call("POST", "/user/passkey/options", {"token": FORGED})
    return require_mail(answer, 400, name="invalid_link")


def create_passkey_user(api: Api) -> str | None:
    answer = api.call("POST", "/user/passkey", {"token": FORGED, "ticket": FORGED,
                                                "credential": NEW_PASSKEY})
    return require_mail(answer, 400, name="invalid_link")


def _ticket_of(answer: ApiAnswer) -> str:
    """Return the ticket of a ceremony, empty on a stage that has no passkeys."""
    if answer.status == 404:
        answer.require(404, name="passkeys_not_configured")
        return ""
    answer.require(200)
    asked = answer["public_key"]
    challenge = asked.get("challenge") if isinstance(asked, dict) else None
    if not (isinstance(challenge, str) and len(challenge) == CHALLENGE_CHARACTERS):
        raise answer.wrong("200 with what a browser is asked to do")
    return str(answer["ticket"])


def _refused(api: Api, method: str, path: str, ticket: str, credential: object,
             token: str | None = None) -> ApiAnswer:
    return api.call(method, path, {"ticket": ticket, "credential": credential}, token)
