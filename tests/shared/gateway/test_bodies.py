"""Bodies are taken as they are meant or refused, field by field."""

from dataclasses import MISSING, FrozenInstanceError, fields
from typing import Any

import pytest

from shared.errors import InvalidRequest
from shared.gateway.bodies import (Body, EmailVerification, PasswordChange,
                                   PasswordReset, Refresh)
from shared.gateway.email_bodies import Address, Credentials, NewUser

ADA = {"account_type": "traditional", "email": "ada@lovelace.example.org", "password": "x"}


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


@pytest.mark.parametrize("model", [NewUser, Credentials, Address, Refresh, PasswordChange,
                                   PasswordReset, EmailVerification])
def test_an_empty_body_is_told_all_that_it_must_have(model: type[Body]) -> None:
    with pytest.raises(InvalidRequest) as refusal:
        model.parse({})

    assert {fault["field"] for fault in refusal.value.fields} == {
        field.name for field in fields(model) if field.default is MISSING}


def test_what_has_a_default_may_be_left_out() -> None:
    assert Credentials.parse(ADA).device_token == ""
    assert EmailVerification.parse({"token": "t"}) == EmailVerification("t", "")
    assert Credentials.parse(ADA | {"device_token": "d"}).device_token == "d"


@pytest.mark.parametrize("change", [{"device_token": None}, {"device_token": 7}])
def test_what_may_be_left_out_is_of_its_type_all_the_same(change: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest):
        Credentials.parse(ADA | change)


@pytest.mark.parametrize(("faults", "listed", "message"), [
    (10, 10, "the request is not valid"),
    (11, 10, "the request is not valid; only the first 10 of 11 faults are listed"),
    (1500, 10, "the request is not valid; only the first 10 of 1500 faults are listed")])
def test_a_refusal_lists_ten_fields_at_most(faults: int, listed: int, message: str) -> None:
    with pytest.raises(InvalidRequest) as refusal:
        Refresh.parse({"refresh_token": "r"} | {f"k{number}": 1 for number in range(faults)})

    assert (len(refusal.value.fields), str(refusal.value)) == (listed, message)


def test_a_refusal_repeats_no_value() -> None:
    with pytest.raises(InvalidRequest) as refusal:
        Credentials.parse({"account_type": "hunter2", "email": "hunter2", "password": 22222})

    told = f"{refusal.value} {refusal.value.fields} {refusal.value.__cause__}"
    assert "hunter2" not in told and "22222" not in told


def test_a_body_cannot_be_changed_once_it_is_read() -> None:
    body = Refresh.parse({"refresh_token": "r"})

    with pytest.raises(FrozenInstanceError):
        setattr(body, "refresh_token", "another")
