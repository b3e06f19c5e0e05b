"""Bodies with an address: it is normalised, and refused by a name of its own."""

import pytest

from shared.errors import InvalidEmail, InvalidRequest, UnsupportedAccountType
from shared.gateway.email_bodies import Credentials, NewUser

ADA = {"account_type": "traditional", "email": "ada@lovelace.example.org", "password": "x"}


def test_an_address_is_read_in_its_one_spelling() -> None:
    assert NewUser.parse({"email": " Ada@X.ORG ", "password": "x"}).email == "ada@x.org"


def test_what_is_no_address_is_named() -> None:
    with pytest.raises(InvalidEmail) as refusal:
        Credentials.parse(ADA | {"email": "ada"})

    assert refusal.value.fields == [{"field": "email", "message": "must be an email address"}]


def test_the_reason_for_refusing_an_address_is_told() -> None:
    with pytest.raises(InvalidEmail) as refusal:
        Credentials.parse(ADA | {"email": "ada@corp.local"})

    assert refusal.value.fields == [{
        "field": "email", "message": 'must not be at a domain that ends in "local": it is reserved'
                                     " and gets no mail"}]


def test_stage_local_accepts_the_domain_test() -> None:
    assert NewUser.parse({"email": "ada@x.test", "password": "x"}, "local").email == "ada@x.test"


@pytest.mark.parametrize("account_type", ["google", "Traditional", "", " traditional"])
def test_an_account_type_that_we_do_not_have_is_named(account_type: str) -> None:
    with pytest.raises(UnsupportedAccountType) as refusal:
        Credentials.parse(ADA | {"account_type": account_type})

    assert refusal.value.fields == [
        {"field": "account_type", "message": "must be 'traditional' or 'second_factor'"}]


@pytest.mark.parametrize(("password", "faults"), [("", 3), ("x", 2)])
def test_faults_of_several_kinds_are_an_invalid_request(password: str, faults: int) -> None:
    """Even if each of them alone has a narrower error."""
    with pytest.raises(InvalidRequest) as refusal:
        Credentials.parse({"account_type": "google", "email": "x", "password": password})

    assert type(refusal.value) is InvalidRequest
    assert len(refusal.value.fields) == faults
