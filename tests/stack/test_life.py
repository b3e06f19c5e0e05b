"""Sessions and accounts from their beginning to their end, over HTTP."""

import base64
import json

import pytest

from scripts.local.stack import LocalStack
from tests.stack.http_api import Api
from tests.stack.mailbox import Mailbox
from tests.stack.member import PASSWORD, Member
from tests.support.hostile_bodies import (MALFORMED, MEDIA_TYPES, NO_TEXT,
                                          TOO_LARGE)

NEW_PASSWORD = "eight analytical engines at dusk"


def session_id(access_token: str) -> str:
    payload = access_token.split(".")[1]
    return str(json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["sid"])


def test_a_session_is_used_refreshed_and_ended(ada: Member) -> None:
    assert ada.send("GET", "/user").json == {
        "id": ada.user_id, "email": ada.email, "email_verified": False, "roles": []}
    assert 3500 < ada.send("GET", "/session").json["access_token_expires_in"] <= 3600

    refreshed = ada.refresh()
    ended = ada.send("DELETE", "/session")

    # A fresh pair is kept: a refresh ahead of time costs nothing and changes nothing.
    assert refreshed.status == 200
    assert refreshed.json.keys() == ada.tokens.keys() - {"device_token"}
    assert (ended.status, ended.json) == (200, {"message": "session ended"})


def test_after_sign_out_the_very_next_request_is_refused(ada: Member) -> None:
    ada.send("DELETE", "/session")

    assert ada.send("GET", "/user").error == (401, "unauthorized")
    assert ada.refresh().error == (401, "session_ended")
    assert ada.send("DELETE", "/session").error == (401, "session_ended")


def test_tokens_of_two_sessions_do_not_mix(ada: Member) -> None:
    first_refresh_token = ada.refresh_token
    ada.sign_in()

    answer = ada.send("PUT", "/session", {"refresh_token": first_refresh_token})

    assert answer.error == (401, "stale_access_token")


def test_an_address_has_one_account_however_it_is_written(api: Api, ada: Member) -> None:
    name, domain = ada.email.split("@")

    again = api.send("POST", "/user", {"email": f" {name.upper()}@{domain}", "password": PASSWORD})

    assert again.error == (409, "user_exists")


def test_a_wrong_password_and_an_unknown_address_are_answered_alike(api: Api, ada: Member) -> None:
    wrong = ada.try_sign_in("not the password at all")
    unknown = api.send("POST", "/session", {
        "account_type": "traditional", "email": "nobody@example.org", "password": PASSWORD})

    assert wrong.error == unknown.error == (401, "bad_credentials")
    assert wrong.text == unknown.text


def test_guessing_is_slowed_down_even_for_the_right_password(ada: Member) -> None:
    # On a busy machine a wait of a second can be over before the next request; each further
    # guess doubles it.
    for guesses in range(5, 10):
        for _ in range(guesses):
            ada.try_sign_in("not the password at all")
        answer = ada.try_sign_in()
        if answer.status != 201:
            break

    assert answer.error == (429, "too_many_attempts")
    assert int(answer.headers["retry-after"]) >= 1
    assert ada.refresh().status == 200


@pytest.mark.parametrize("body, error", [
    ({"email": "x@example.org"}, (400, "invalid_request")),
    ({"email": "x@", "password": PASSWORD}, (400, "invalid_email")),
    ({"email": "x@example.org", "password": "short"}, (400, "weak_password")),
    ({"email": "x@example.org", "password": "password123password"}, (400, "weak_password")),
    ({"email": "x@example.org", "password": PASSWORD, "id": "7"}, (400, "invalid_request")),
    (NO_TEXT, (400, "invalid_request")),
    *((text.encode(), (400, "invalid_request")) for text in MALFORMED if text is not None),
    (TOO_LARGE.encode(), (413, "body_too_large")),
], ids=lambda value: repr(value)[:32])
def test_a_body_is_read_strictly(api: Api, body: object, error: tuple[int, str]) -> None:
    assert api.send("POST", "/user", body).error == error


@pytest.mark.parametrize("content_type", MEDIA_TYPES)
def test_a_body_must_be_json(api: Api, content_type: str) -> None:
    answer = api.send("POST", "/user", {}, headers={"Content-Type": content_type})

    assert answer.error == (415, "unsupported_media_type")


def test_only_one_kind_of_account_is_known(api: Api) -> None:
    answer = api.send("POST", "/session", {
        "account_type": "facebook", "email": "x@example.org", "password": PASSWORD})

    assert answer.error == (400, "unsupported_account_type")


def test_a_whole_life(stack: LocalStack, api: Api, ada: Member) -> None:
    """Sign up, verify, three devices, end one, change and forget the password, export, leave."""
    mailbox = Mailbox(stack.emulator, ada.email)
    assert api.send("POST", "/user/email-verification", {"email": ada.email}).status == 202
    link = {"token": mailbox.next_token()}
    assert api.send("PUT", "/user/email-verification", link).error == (401, "unauthorized")
    verified = api.send("PUT", "/user/email-verification", link | {"password": PASSWORD})
    assert verified.status == 201
    assert ada.send("PUT", "/user/email-verification", link).status == 200
    assert api.send("DELETE", "/session", token=verified.json["access_token"]).status == 200

    phone, tablet = ada.access_token, ada.sign_in()
    ada.sign_in()
    listed = {session["id"]: session["current"]
              for session in ada.send("GET", "/sessions").json["sessions"]}
    assert listed == {session_id(ada.access_token): True, session_id(phone): False,
                      session_id(tablet): False}

    assert ada.send("DELETE", f"/sessions/{session_id(phone)}").status == 200
    assert api.send("GET", "/user", token=phone).error == (401, "unauthorized")

    changed = ada.send("PUT", "/user/password",
                       {"current_password": PASSWORD, "new_password": NEW_PASSWORD})
    assert changed.status == 200
    for ended in (tablet, ada.access_token):
        assert api.send("GET", "/user", token=ended).error == (401, "unauthorized")
    mailbox.wait_for("The password of your session-api account was changed")
    ada.tokens = changed.json
    assert ada.send("GET", "/user").status == 200

    assert api.send("POST", "/user/password-reset", {"email": ada.email}).status == 202
    link = {"token": mailbox.next_token(), "new_password": PASSWORD}
    reset = api.send("PUT", "/user/password-reset", link)
    assert (reset.status, reset.json.keys()) == (200, {"message", "device_token"})
    assert ada.send("GET", "/user").error == (401, "unauthorized")
    assert ada.try_sign_in(NEW_PASSWORD).error == (401, "bad_credentials")
    ada.sign_in()
    again = api.send("PUT", "/user/password-reset", link | {"new_password": NEW_PASSWORD})
    assert again.error == (400, "invalid_link")

    assert ada.send("GET", "/user/export").json["account"]["email"] == ada.email

    assert ada.send("DELETE", "/user", {"password": PASSWORD}).status == 200
    assert ada.try_sign_in().error == (401, "bad_credentials")
    assert api.send("POST", "/user", {"email": ada.email, "password": PASSWORD}).status == 201
