"""Where the account pages may lead people back to: an address that nobody else gets hold of."""

import pytest

from scripts.checkout import Refused
from scripts.operating.redirect_uris import MOST, MOST_CHARACTERS, redirect_uris

LONGEST = "https://app.example.org/".ljust(MOST_CHARACTERS, "x")


@pytest.mark.parametrize("uri", [
    "https://app.example.org", "https://app.example.org/", "https://app.example.org/callback",
    "https://app.example.org:8443/a/b?from=pages", "https://app.example.org?x=1",
    "https://192.0.2.7/", "https://[2001:db8::1]/", "https://xn--sd-xka.example/", "https://a/@b",
    "http://localhost/", "http://localhost:3000/", "http://127.0.0.1:3000/callback",
    "http://[::1]:3000/", "org.example.app:/callback", "org.example.app://callback",
    "org.example.app:callback", LONGEST])
def test_an_application_can_be_led_back_to(uri: str) -> None:
    assert redirect_uris(uri) == (uri,)


@pytest.mark.parametrize(("uri", "fault"), [
    ("http://app.example.org/", "http is for localhost"),
    ("http://localhost.example.org/", "http is for localhost"),
    ("http://127.0.0.2/", "http is for localhost"),
    ("https://app.example.org/#done", "a fragment"), ("org.example.app:/#", "a fragment"),
    ("https://ada@app.example.org/", "without a user name"),
    ("https://ada:pw@app.example.org/", "a host in lower case"),
    ("https://App.example.org/", "lower case"), ("https://app.example.org:443/", "the port"),
    ("http://localhost:80/", "the port"), ("https://app.example.org:65536/", "a host"),
    ("https:///callback", "a host"), ("https://", "a host"), ("https://app.example.org@", "a host"),
    ("https:/app.example.org/", "scheme"), ("https:app.example.org", "scheme"),
    ("HTTPS://app.example.org/", "scheme"), ("//app.example.org/", "scheme"),
    ("/callback", "scheme"), ("app.example.org/callback", "scheme"), ("*", "characters|scheme"),
    ("javascript:alert(1)", "scheme"), ("data:text/html;base64;x", "scheme"),
    ("vbscript:x", "scheme"), ("blob:https://app.example.org/1", "scheme"),
    ("file:///etc/passwd", "scheme"), ("about:blank", "scheme"), ("myapp://callback", "scheme"),
    ("https://1/", "its host"), ("https://0x7f.1/", "its host"), ("https://a.xn--/", "its host"),
    ("https://127.1:8443/", "its host"), ("example.com:443/cb", "scheme"),
    ("localhost.x:80", "scheme"), ("https://a.example/?x=1&code=2", "code and state"),
    ("org.example.app:/cb?state=", "code and state"), ("org.example.app:", "scheme"),
    ("org.example.app://ada@callback", "user name"),
    ("Org.example.app:/x", "scheme"), (".example:/x", "scheme"), ("org..app:/x", "scheme"),
    ("https://app.example.org\\@evil.example/", "characters"),
    ("https://app.example.org/a b", "characters"), ("https://app.example.org/\n", None),
    ("https://app.example.org/\tx", "characters"), ("https://\u0430pp.example.org/", "characters"),
    ("https://app.example.org/<x>", "characters"), (LONGEST + "x", "more than 256 characters")])
def test_nobody_else_can(uri: str, fault: str | None) -> None:
    """Blanks around an address are none of it."""
    if fault is None:
        assert redirect_uris(uri) == (uri.strip(),)
        return
    with pytest.raises(Refused, match=fault):
        redirect_uris(uri)


def test_a_refusal_names_the_address_and_does_not_write_to_the_terminal() -> None:
    with pytest.raises(Refused, match=r"'https://x\.example/\\x1b\[2J' cannot be a redirect URI"):
        redirect_uris("http://localhost/,https://x.example/\x1b[2J")


def test_there_are_not_too_many() -> None:
    uris = [f"https://app.example.org/{number}" for number in range(MOST + 1)]

    assert redirect_uris(",".join(uris[:MOST])) == tuple(uris[:MOST])
    with pytest.raises(Refused, match="at most 10"):
        redirect_uris(",".join(uris))
