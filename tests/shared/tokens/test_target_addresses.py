"""Two spellings of an address are one, and nothing but an address of the web is one."""

import pytest

from shared.tokens.target_addresses import names, normalised

HOST = "https://api.example.org"


@pytest.mark.parametrize("spelling", [
    "HTTPS://API.Example.ORG/dev/session", f"{HOST}:443/dev/session", f"{HOST}:/dev/session",
    f"{HOST}/dev/session?a=/../b", f"{HOST}/dev/session#there", f"{HOST}/dev/session?#",
    f"{HOST}/%64ev/sess%69on", f"{HOST}/dev/./session", f"{HOST}/dev/../dev/session",
    f"{HOST}/../dev/session", f"{HOST}/dev/x/%2e%2E/session"])
def test_other_spellings_of_an_address_are_the_same(spelling: str) -> None:
    assert normalised(spelling) == f"{HOST}/dev/session"


@pytest.mark.parametrize("address", [
    f"{HOST}/dev/session/", f"{HOST}/dev/Session", f"{HOST}//dev/session", f"{HOST}/dev%2Fsession",
    f"{HOST}/dev/session/.", f"{HOST}/dev/session/x/..", f"{HOST}:444/dev/session",
    f"{HOST}:80/dev/session", "http://api.example.org/dev/session",
    "http://api.example.org:443/dev/session", "https://api.example.org./dev/session",
    "https://evil.example.org/dev/session", f"{HOST}.evil.example.org/dev/session",
    f"{HOST}/dev/session%00", f"{HOST}/dev/session;x", f"{HOST}\\dev/session"])
def test_other_addresses_are_not(address: str) -> None:
    assert normalised(address) != f"{HOST}/dev/session"


@pytest.mark.parametrize(("address", "expected"), [
    (HOST, f"{HOST}/"), (f"{HOST}/", f"{HOST}/"), (f"{HOST}/..", f"{HOST}/"),
    (f"{HOST}/a/b/..", f"{HOST}/a/"), (f"{HOST}/a/.", f"{HOST}/a/"),
    (f"{HOST}/a//../b", f"{HOST}/a/b"), (f"{HOST}/%c3%A9", f"{HOST}/%C3%A9"),
    (f"{HOST}/%41%5a%7e%2d%5F%30", f"{HOST}/AZ~-_0"),
    (f"{HOST}/%5b%7b%40%60%2f%3a", f"{HOST}/%5B%7B%40%60%2F%3A"),
    (f"{HOST}/%2541", f"{HOST}/%2541"),
    (f"{HOST}/100%/%zz", f"{HOST}/100%/%zz"), ("http://127.0.0.1:80/x", "http://127.0.0.1/x"),
    ("https://[::1]:443/", "https://[::1]/"), ("http://localhost:8080", "http://localhost:8080/")])
def test_an_address_is_spelt_in_one_way(address: str, expected: str) -> None:
    """RFC 3986 sections 5.2.4, 6.2.2 and 6.2.3."""
    assert normalised(address) == expected
    assert normalised(expected) == expected


@pytest.mark.parametrize("text", [
    "", "/dev/session", "//api.example.org/dev/session", "api.example.org/dev/session",
    "https:", "https:///dev/session", "https:/dev/session", "ftp://api.example.org/",
    "javascript:alert(1)", "https://ada@api.example.org/", "https://ada:x@api.example.org/",
    "https://[::1/", f" {HOST}/", f"{HOST}/ ", f"{HOST}/a b", f"{HOST}/\t", f"{HOST}/\n",
    f"{HOST}/\x00", f"{HOST}/\x7f", f"{HOST}/\u00e9", "https://\u0430pi.example.org/"])
def test_anything_else_is_no_address(text: str) -> None:
    assert normalised(text) is None


@pytest.mark.parametrize(("named", "called"), [
    ("/t/[x]", "/t/[x]"), ("/t/%5Bx%5D", "/t/[x]"), ("/t/[x]", "/t/%5bx%5D"),
    ("/a|b^c", "/a%7Cb^c"), ("/ada@example.org", "/ada@example.org")])
def test_what_clients_leave_as_it_is_may_be_encoded(named: str, called: str) -> None:
    assert names(HOST + named, HOST + called)


@pytest.mark.parametrize(("named", "called"), [
    ("/users/ada%40example.org", "/users/ada@example.org"), ("/a%2Fb%2Cc", "/a/b,c"),
    ("/100%25", "/100%"), ("/%2541", "/%41"), ("/caf%C3%A9%20x", "/caf\u00e9 x"),
    ("/%3F", "/?"), ("/%23", "/#")])
def test_a_path_may_have_been_decoded_on_the_way(named: str, called: str) -> None:
    assert names(HOST + named, HOST + called, is_decoded=True)


def test_only_a_path_that_was_decoded_is_compared_as_such() -> None:
    assert not names(f"{HOST}/a%2Fb", f"{HOST}/a/b")
    assert not names(f"{HOST}/a/b", f"{HOST}/a%2Fb", is_decoded=True)


@pytest.mark.parametrize("called", ["/admin/../me", "/admin/%2e%2e/me", "/./me", "/me/%2E"])
@pytest.mark.parametrize("is_decoded", [False, True])
def test_a_request_with_dot_segments_is_none_that_a_client_has_sent(called: str, is_decoded: bool
                                                                    ) -> None:
    assert not names(f"{HOST}/me", HOST + called, is_decoded)
    assert not names(HOST + called, HOST + called, is_decoded)
    assert names(HOST + "/admin/../me", f"{HOST}/me", is_decoded)
