"""An address has one spelling, and what is none is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import email_addresses
from shared.email_addresses import NotAnEmailAddress, normalised


@pytest.mark.parametrize(("spelling", "one"), [
    ("v@x.org", "v@x.org"), ("V@x.org", "v@x.org"), ("v@X.ORG", "v@x.org"),
    ("  v@x.org\n", "v@x.org"), ("v+tag@x.org", "v+tag@x.org"), ("o'neil@x.org", "o'neil@x.org"),
    ("ada@b\u00fccher.de", "ada@xn--bcher-kva.de"), ("ada@BU\u0308CHER.de", "ada@xn--bcher-kva.de"),
    ("ada@xn--bcher-kva.de", "ada@xn--bcher-kva.de"),
    ("ada@XN--BCHER-KVA.de", "ada@xn--bcher-kva.de"),
    ("ada@\u4f8b\u3048.jp", "ada@xn--r8jz45g.jp"), ("ada@x\u3002org", "ada@x.org"),
    ("ada@\uff38.org", "ada@x.org")])
def test_an_address_has_one_spelling(spelling: str, one: str) -> None:
    assert normalised(spelling) == one


@given(st.emails())
def test_normalising_twice_is_normalising_once(address: str) -> None:
    try:
        once = normalised(address)
    except NotAnEmailAddress:
        return
    assert normalised(once) == normalised(once.upper()) == once


@pytest.mark.parametrize("text", [
    "", " ", "@", "ada", "ada@", "@x.org", "ada@x", "ada@x..org", "ada@.org", "a da@x.org",
    ".ada@x.org", "ada.@x.org", "a..b@x.org", "ada@@x.org", "ada@x.org@y.org", '"ada"@x.org',
    "ada@[127.0.0.1]", "Ada <ada@x.org>", "ada@x.org, eve@x.org",
    "ada@x.org\r\nBcc: eve@x.org", "ada@x.org\0", "j\u00f6rg@x.org", "\u0430da@x.org",
    "ada@-x.org", "ada@x_y.org", "ada@" + "x" * 64 + ".org",
    "ada@" + "x." * 127 + "org", "a" * 65 + "@x.org", "a" * 8000 + "@x.org",
    "=?utf-8?q?ceo=40corp.example=3e?=@example.org", "=?us-ascii?b?YUBi?=@x.org",
    "a=?utf-8?q?=40?=b@x.org", "a b@corp.local", "@corp.local", "a" * 65 + "@corp.local",
    "ada@.local", "ada@xn--\u00fc.de", "ada@xn--a.de", "\U0001f600@x.org"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(NotAnEmailAddress, match=r"^must be an email address$"):
        normalised(text)


@pytest.mark.parametrize(("text", "end"), [
    ("u@corp.local", "local"), ("u@x.test", "test"), ("U@X.TEST ", "test"), ("ada@test", "test"),
    ("ada@localhost", "localhost"), ("ada@x.localhost", "localhost"), ("ada@x.invalid", "invalid"),
    ("ada@1.168.192.in-addr.arpa", "arpa"), ("ada@x.onion", "onion")])
def test_an_address_at_a_reserved_domain_is_refused_with_the_reason(text: str, end: str) -> None:
    with pytest.raises(NotAnEmailAddress) as refusal:
        normalised(text, stage="dev")

    assert str(refusal.value) == (
        f'must not be at a domain that ends in "{end}": it is reserved and gets no mail')


def test_test_is_a_domain_on_stage_local() -> None:
    assert normalised("U@Team.test", stage="local") == "u@team.test"
    with pytest.raises(NotAnEmailAddress):
        normalised("u@corp.local", stage="local")


@pytest.mark.parametrize("address", [
    "a" * 64 + "@x.org", "a@" + ".".join(["x" * 61] * 4) + ".org", "a=b?c@x.org", "srs0=x=y@x.org"])
def test_what_is_long_or_odd_but_an_address_is_accepted(address: str) -> None:
    assert normalised(address) == address


def test_a_parser_that_fails_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    def defect(*_: object, **__: object) -> None:
        raise IndexError("string index out of range")

    monkeypatch.setattr(email_addresses, "validate_email", defect)

    with pytest.raises(NotAnEmailAddress):
        normalised("ada@x.org")


@given(st.text())
def test_any_text_is_an_address_or_is_refused(text: str) -> None:
    try:
        local_part, domain = normalised(text).split("@")
    except NotAnEmailAddress:
        return
    assert local_part.isascii() and domain.isascii()
