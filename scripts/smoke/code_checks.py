"""Smoke checks of authorization codes. Only the account pages are given codes, and the check is
another application, with a session that is bound to no key."""

from scripts.smoke.api import FORGED, Api
from scripts.smoke.person import person

ASKED = {"client_id": "smoke", "redirect_uri": "https://smoke.example/",
         "code_challenge": "smoke".ljust(43, "-"), "code_challenge_method": "S256"}


def create_authorization_code(api: Api) -> None:
    with person(api) as somebody:
        access, _ = somebody.sign_in()
        path = "/authorization-codes"
        api.call("POST", path, ASKED, FORGED).require(401, name="unauthorized")
        api.call("POST", path, {}, access).require(400, name="invalid_request")
        api.call("POST", path, ASKED, access).require(401, name="unauthorized")


def create_code_session(api: Api) -> None:
    api.call("POST", "/session/authorization-code", {
        "code": ASKED["code_challenge"], "code_verifier": ASKED["code_challenge"],
        "redirect_uri": ASKED["redirect_uri"]}).require(401, name="invalid_authorization_code")
