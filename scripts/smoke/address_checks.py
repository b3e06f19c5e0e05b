"""Smoke checks of another address of an account; nobody here can read the mail with the link."""

from scripts.smoke.api import FORGED, Api
from scripts.smoke.client_checks import require_mail
from scripts.smoke.person import new_address, newcomer, person

CONFIRMATION = "/user/email/confirmation"


def change_email(api: Api) -> str | None:
    with newcomer(api) as somebody:
        access, _ = somebody.sign_in()
        api.call("PUT", "/user/email", {"email": somebody.email}, access).require(
            400, name="invalid_request")
        answer = api.call("PUT", "/user/email", {"email": new_address()}, access)
        return require_mail(answer, 202)


def confirm_email(api: Api) -> str | None:
    with person(api) as somebody:
        access, _ = somebody.sign_in()
        answer = api.call("PUT", CONFIRMATION, {"token": FORGED}, access)
        return require_mail(answer, 400, name="invalid_link")


def confirm_email_refusal(api: Api) -> None:
    api.call("PUT", CONFIRMATION, {"token": FORGED}, FORGED).require(401, name="unauthorized")
