"""For which domain passkeys are made, and which pages and apps may use them."""

import pytest

from shared.errors import Misconfigured
from shared.factors.passkeys import Passkey
from shared.factors.relying_party import (RelyingParty, challenge_of, encoded, is_passkey_origin,
                                          is_rp_id, relying_party)

APP = f"android:apk-key-hash:{'aZ0_-' * 8}abc"
PARTY = RelyingParty("example.org", "Example", ("https://example.org", APP))
KEY = Passkey("ada", "aWQ", "a-key", "example.org", "Passkey", 0, 0, False, False)


@pytest.mark.parametrize("origin", ["https://example.org", APP])
def test_what_is_named_is_allowed(origin: str) -> None:
    assert PARTY.allows(origin)


@pytest.mark.parametrize("origin", [
    "", "null", "http://example.org", "https://example.org/", "https://example.org:443",
    "https://app.example.org", "HTTPS://example.org", "https://example.org.evil.example",
    "https://example.orga", "https://example.or", APP[:-1], APP + "a", "https://example.org:*"])
def test_nothing_else_is(origin: str) -> None:
    assert not PARTY.allows(origin)


@pytest.mark.parametrize(("origin", "is_allowed"), [
    ("http://localhost", True), ("http://localhost:1", True), ("http://localhost:65535", True),
    ("http://localhost:", False), ("http://localhost:0", False), ("http://localhost:x", False),
    ("http://localhost:123456", False), ("http://localhost:80/x", False),
    ("http://localhost:80@evil.example", False), ("http://localhost.evil.example", False),
    ("http://localhost:\u0661", False), ("http://localhost:80\n", False),
    ("https://localhost:80", False), ("http://localhost:*", True)])
def test_any_port_is_any_port_and_nothing_else(origin: str, is_allowed: bool) -> None:
    """The last is what the setting says; no browser sends it."""
    party = RelyingParty("localhost", "Example", ("http://localhost:*",))

    assert party.allows(origin) is is_allowed


def test_a_stage_without_either_has_no_passkeys() -> None:
    assert relying_party("", "Example", (), False) is None


def test_a_stage_with_both_has_passkeys() -> None:
    assert relying_party("example.org", "Example", ("https://example.org", APP), False) == PARTY


@pytest.mark.parametrize(("rp_id", "origins", "named"), [
    ("example.org", (), "need each other"), ("", ("https://example.org",), "need each other"),
    ("localhost", ("http://localhost:*",), "PASSKEY_RP_ID is"),
    ("Example.org", ("https://example.org",), "PASSKEY_RP_ID is"),
    ("example.org", ("https://example.org", "https://example.com"), "https://example.com is none"),
    ("example.org", ("https://example.org:*",), "https://example.org:[*] is none")])
def test_half_of_it_or_another_domain_is_a_mistake(rp_id: str, origins: tuple[str, ...], named: str
                                                   ) -> None:
    with pytest.raises(Misconfigured, match=named):
        relying_party(rp_id, "Example", origins, False)


@pytest.mark.parametrize("text", ["example.org", "a.b.example.org", "xn--mller-kva.example",
                                  "a-b.org", "1.org"])
def test_a_domain_in_lower_case_is_one_that_passkeys_can_be_made_for(text: str) -> None:
    assert is_rp_id(text, is_local=False)


@pytest.mark.parametrize("text", [
    "", "org", "localhost", "Example.org", "example.org.", ".example.org", "example..org",
    "https://example.org", "example.org:443", "example.org/", "192.0.2.1", "[::1]",
    "ex\u00e4mple.org", "example.org\n", "*.example.org"])
def test_what_is_none_is_refused(text: str) -> None:
    """An address of a machine is none either (WebAuthn Level 3, section 4)."""
    assert not is_rp_id(text, is_local=False)


def test_this_machine_is_one_on_stage_local() -> None:
    assert is_rp_id("localhost", is_local=True)


@pytest.mark.parametrize(("text", "is_one"), [
    ("https://example.org", True), ("https://app.example.org", True),
    ("https://a.b.example.org:8443", True), (APP, True),
    ("http://example.org", False), ("http://app.example.org:8080", False),
    ("https://example.com", False), ("https://notexample.org", False),
    ("https://example.org.evil.example", False), ("https://example.org/", False),
    ("https://example.org:443", False), ("https://example.org:*", False),
    ("https://*.example.org", False), ("http://localhost", False), ("http://localhost:*", False),
    (APP[:-1], False), (APP + "=", False), ("ios:bundle-id:org.example", False), ("", False)])
def test_an_origin_is_of_the_domain_or_below_it(text: str, is_one: bool) -> None:
    assert is_passkey_origin(text, "example.org", is_local=False) is is_one


@pytest.mark.parametrize(("text", "is_one"), [
    ("http://localhost", True), ("http://localhost:8080", True), ("http://localhost:*", True),
    ("https://localhost:*", True), ("http://localhost:8080:*", False),
    ("http://localhost:**", False),
    ("http://127.0.0.1:*", False), ("http://app.localhost", False), ("localhost:*", False)])
def test_on_stage_local_this_machine_has_any_port(text: str, is_one: bool) -> None:
    """Without TLS, because what stays on a machine needs no certificate."""
    assert is_passkey_origin(text, "localhost", is_local=True) is is_one


def test_a_challenge_is_of_one_ticket() -> None:
    assert challenge_of("a.ticket.1") != challenge_of("a.ticket.2")
    assert len(challenge_of("a.ticket.1")) == 32


def test_nothing_is_padded() -> None:
    assert [encoded(bytes(size)) for size in range(4)] == ["", "AA", "AAA", "AAAA"]


def test_a_user_is_named_by_the_id_and_by_the_address() -> None:
    options = PARTY.creation_options("ada", "ada@example.org", [], "a.ticket", 7)

    assert options["user"] == {"id": encoded(b"ada"), "name": "ada@example.org",
                               "displayName": "ada@example.org"}
    assert options["rp"] == {"id": "example.org", "name": "Example"}
    assert (options["challenge"], options["timeout"]) == (encoded(challenge_of("a.ticket")), 7000)


def test_ways_to_reach_a_passkey_are_given_back_if_there_are_any() -> None:
    hybrid = Passkey("ada", "aWQy", "a-key", "example.org", "Passkey", 0, 0, False, False,
                     ("hybrid", "usb"))

    options = PARTY.request_options([KEY, hybrid], "a.ticket", 7)

    assert options["allowCredentials"] == [
        {"type": "public-key", "id": "aWQ"},
        {"type": "public-key", "id": "aWQy", "transports": ["hybrid", "usb"]}]


def test_passkeys_of_another_domain_are_left_out() -> None:
    former = Passkey("ada", "aWQy", "a-key", "example.net", "Passkey", 0, 0, False, False)

    made = PARTY.creation_options("ada", "ada@example.org", [former, KEY], "a.ticket", 7)
    asked = PARTY.request_options([former, KEY], "a.ticket", 7)

    assert made["excludeCredentials"] == asked["allowCredentials"] == [
        {"type": "public-key", "id": "aWQ"}]
    assert PARTY.request_options(None, "a.ticket", 7)["allowCredentials"] == []
