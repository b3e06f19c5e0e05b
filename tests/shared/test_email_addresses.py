"""An address has one spelling, and what is none is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    "ada@[127.0.0.1]", "ada@localhost", "ada@x.test", "Ada <ada@x.org>", "ada@x.org, eve@x.org",
    "ada@x.org\r\nBcc: eve@x.org", "ada@x.org\0", "j\u00f6rg@x.org", "\u0430da@x.org",
    "ada@-x.org", "ada@x_y.org", "ada@" + "x" * 64 + ".org",
    "ada@" + "x." * 127 + "org", "ada@xn--\u00fc.de", "ada@xn--a.de", "\U0001f600@x.org"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(NotAnEmailAddress, match=r"^must be an email address$"):
        normalised(text)


@given(st.text())
def test_any_text_is_an_address_or_is_refused(text: str) -> None:
    try:
        local_part, domain = normalised(text).split("@")
    except NotAnEmailAddress:
        return
    assert local_part.isascii() and domain.isascii()
