"""Bodies are taken as they are meant or refused, field by field."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import InvalidEmail, InvalidRequest, UnsupportedAccountType
from shared.models import Body, Credentials, EmailVerification, NewUser, PasswordReset, Refresh

ADA = {"account_type": "traditional", "email": "ada@lovelace.example.org", "password": "x"}


def email_of(text: str) -> str:
    return NewUser.parse({"email": text, "password": "x"}).email


@pytest.mark.parametrize(("spelling", "normalised"), [
    ("v@x.org", "v@x.org"), ("V@x.org", "v@x.org"), ("v@X.ORG", "v@x.org"),
    ("  v@x.org\n", "v@x.org"), ("v+tag@x.org", "v+tag@x.org"), ("o'neil@x.org", "o'neil@x.org"),
    ("ada@b\u00fccher.de", "ada@xn--bcher-kva.de"), ("ada@BU\u0308CHER.de", "ada@xn--bcher-kva.de"),
    ("ada@xn--bcher-kva.de", "ada@xn--bcher-kva.de"),
    ("ada@XN--BCHER-KVA.de", "ada@xn--bcher-kva.de"),
    ("ada@\u4f8b\u3048.jp", "ada@xn--r8jz45g.jp"), ("ada@x\u3002org", "ada@x.org"),
    ("ada@\uff38.org", "ada@x.org")])
def test_an_address_has_one_spelling(spelling: str, normalised: str) -> None:
    assert email_of(spelling) == normalised


@given(st.emails())
def test_normalising_twice_is_normalising_once(address: str) -> None:
    try:
        once = email_of(address)
    except InvalidEmail:
        return
    assert email_of(once) == email_of(once.upper()) == once


@pytest.mark.parametrize("text", [
    "", " ", "@", "ada", "ada@", "@x.org", "ada@x", "ada@x..org", "ada@.org", "a da@x.org",
    ".ada@x.org", "ada.@x.org", "a..b@x.org", "ada@@x.org", "ada@x.org@y.org", '"ada"@x.org',
    "ada@[127.0.0.1]", "ada@localhost", "ada@x.test", "Ada <ada@x.org>", "ada@x.org, eve@x.org",
    "ada@x.org\r\nBcc: eve@x.org", "ada@x.org\0", "j\u00f6rg@x.org", "\u0430da@x.org",
    "ada@-x.org", "ada@x_y.org", "ada@" + "x" * 64 + ".org",
    "ada@" + "x." * 127 + "org", "ada@xn--\u00fc.de", "ada@xn--a.de", "\U0001f600@x.org"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(InvalidEmail) as refusal:
        email_of(text)

    assert refusal.value.fields == [{"field": "email", "message": "must be an email address"}]


@given(st.text())
def test_any_text_is_an_address_or_is_refused(text: str) -> None:
    try:
        local_part, domain = email_of(text).split("@")
    except InvalidRequest:
        return
    assert local_part.isascii() and domain.isascii()


@pytest.mark.parametrize("account_type", ["google", "Traditional", "", " traditional"])
def test_an_account_type_that_we_do_not_have_is_named(account_type: str) -> None:
    with pytest.raises(UnsupportedAccountType) as refusal:
        Credentials.parse(ADA | {"account_type": account_type})

    assert refusal.value.fields == [
        {"field": "account_type", "message": "must be 'traditional'"}]


@pytest.mark.parametrize(("change", "field"), [
    ({"password": ""}, "password"), ({"password": None}, "password"), ({"password": 7}, "password"),
    ({"password": ["x"]}, "password"),
    ({"email": None}, "email"), ({"email": {"$ne": ""}}, "email"),
    ({"account_type": True}, "account_type"), ({"admin": True}, "admin"), ({"id": "u-1"}, "id"),
    ({"Email": "ada@x.org"}, "Email"), ({"": 1}, ""), ({"x" * 5000: 1}, "x" * 64)])
def test_a_refusal_names_the_field(change: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidRequest) as refusal:
        Credentials.parse(ADA | change)

    assert type(refusal.value) is InvalidRequest
    assert [fault["field"] for fault in refusal.value.fields] == [field]


@pytest.mark.parametrize("model", [NewUser, Credentials, Refresh, PasswordReset,
                                   EmailVerification])
def test_an_empty_body_is_told_all_that_it_lacks(model: type[Body]) -> None:
    with pytest.raises(InvalidRequest) as refusal:
        model.parse({})

    assert {fault["field"] for fault in refusal.value.fields} == set(model.model_fields)


def test_faults_of_several_kinds_are_an_invalid_request() -> None:
    with pytest.raises(InvalidRequest) as refusal:
        Credentials.parse({"account_type": "google", "email": "x", "password": ""})

    assert type(refusal.value) is InvalidRequest
    assert len(refusal.value.fields) == 3


def test_a_refusal_repeats_no_value() -> None:
    with pytest.raises(InvalidRequest) as refusal:
        Credentials.parse({"account_type": "hunter2", "email": "hunter2", "password": 22222})

    told = f"{refusal.value} {refusal.value.fields} {refusal.value.__cause__}"
    assert "hunter2" not in told and "22222" not in told


def test_a_body_cannot_be_changed_once_it_is_read() -> None:
    body = Refresh.parse({"refresh_token": "r"})

    with pytest.raises(ValueError, match="frozen"):
        setattr(body, "refresh_token", "another")
