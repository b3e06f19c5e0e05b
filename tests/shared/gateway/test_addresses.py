"""The address that was called, and whether it is one of this stage's API."""

from dataclasses import replace

import pytest

from shared.gateway.addresses import address_of, is_to_own_api, root_of
from shared.gateway.requests import Request
from tests.support.application import API
from tests.support.cloud import SETTINGS
from tests.support.events import proxy_event

LOCAL = replace(SETTINGS, stage="local",
                token_issuer="http://127.0.0.1:4566/_aws/execute-api/a1b2c3d4e5/dev")


@pytest.mark.parametrize(("stage", "sent", "context", "address"), [
    ("prod", {}, {}, f"{API}/session"),
    ("prod", {}, {"domainName": "api.example.org", "path": "/session"},
     "https://api.example.org/session"),
    ("prod", {}, {"path": "/dev/caf\u00e9 1/%7e;a=b"},
     f"{API}/caf\u00e9 1/%7e;a=b"),
    ("prod", {"Host": "api.example.org:443"}, {}, f"{API}/session"),
    ("local", {"Host": "127.0.0.1:4566"}, {},
     "http://127.0.0.1:4566/_aws/execute-api/a1b2c3d4e5/dev/session"),
    ("local", {"Host": "api.example.org"}, {"domainName": None, "path": None},
     "https://api.example.org/session")])
def test_the_address_is_the_one_that_was_called(stage: str, sent: dict[str, str],
                                                context: dict[str, str], address: str) -> None:
    event = proxy_event("PUT", "/session", headers=sent)
    event["requestContext"] |= context

    assert address_of(Request(event), replace(SETTINGS, stage=stage)) == address


@pytest.mark.parametrize("path", ["/session", "/account/home/"])
def test_the_root_of_a_stage_is_above_every_path(path: str) -> None:
    event = proxy_event("GET", path)
    on_domain = event | {"requestContext": event["requestContext"] | {
        "domainName": "api.example.org", "path": path}}

    assert root_of(Request(event), SETTINGS) == API
    assert root_of(Request(on_domain), SETTINGS) == "https://api.example.org"


@pytest.mark.parametrize(("host", "is_own"), [
    ("127.0.0.1:4566", True), ("localhost:4566", True), ("localhost:4567", False),
    ("localhost.example.org:4566", False)])
def test_this_machine_has_two_names(host: str, is_own: bool) -> None:
    """Links in mail lead to one of them, and the other one is the issuer."""
    request = Request(proxy_event("GET", "/user", headers={"Host": host}))

    assert is_to_own_api(request, LOCAL) is is_own


def test_an_api_of_another_stage_or_at_another_address_is_another() -> None:
    own = replace(SETTINGS, token_issuer=API, other_issuers=("https://old.example.org",))
    other = proxy_event("GET", "/user")
    other["requestContext"] |= {"path": "/devious/user"}
    old = proxy_event("GET", "/user")
    old["requestContext"] |= {"domainName": "old.example.org", "path": "/user"}

    assert is_to_own_api(Request(proxy_event("GET", "/user")), own)
    assert is_to_own_api(Request(old), own)
    assert not is_to_own_api(Request(other), own)
    assert not is_to_own_api(Request(proxy_event("GET", "/user", headers={
        "Host": "localhost:4566"})), replace(own, token_issuer="https://x.org"))
