"""What a request presents: the scheme and the token, and the proof."""

import pytest

from shared.callers import Presented, SentProof
from shared.errors import Unauthorized
from shared.gateway.credentials import presented, sent_proof
from shared.gateway.requests import Request
from tests.support.application import API
from tests.support.cloud import SETTINGS
from tests.support.events import http_authorizer_event, proxy_event, sent_twice


def request(**headers: str) -> Request:
    return Request(proxy_event("PUT", "/session", headers=headers))


@pytest.mark.parametrize(("sent", "scheme"), [
    ("Bearer abc.def.ghi", "bearer"), ("bearer abc.def.ghi", "bearer"),
    ("BEARER  abc.def.ghi ", "bearer"), ("DPoP abc.def.ghi", "dpop"), ("dpop abc.def.ghi", "dpop")])
def test_a_scheme_has_any_case(sent: str, scheme: str) -> None:
    assert presented(request(Authorization=sent, DPoP="a.b.c"), SETTINGS) == Presented(
        scheme, "abc.def.ghi", SentProof(("a.b.c",), "PUT", f"{API}/session"))


@pytest.mark.parametrize("sent", ["", "Bearer", "Bearer ", "DPoP", "DPoP ", "Basic YTpi",
                                  "abc.def.ghi", "Bearerabc.def.ghi", "Token abc.def.ghi"])
def test_anything_else_is_no_access_token(sent: str) -> None:
    with pytest.raises(Unauthorized):
        presented(request(Authorization=sent), SETTINGS)


def test_every_proof_that_was_sent_counts() -> None:
    twice = sent_twice(proxy_event("PUT", "/session"), "DPoP", "a.b.c", "d.e.f")

    assert sent_proof(Request(twice), SETTINGS).texts == ("a.b.c", "d.e.f")
    assert sent_proof(request(DPoP="a.b.c, d.e.f"), SETTINGS).texts == ("a.b.c", "d.e.f")
    assert sent_proof(request(DPoP=""), SETTINGS).texts == ("",)
    assert sent_proof(request(), SETTINGS).texts == ()


def test_an_http_api_says_method_and_address_elsewhere() -> None:
    sent = sent_proof(Request(http_authorizer_event("GET", "/orders", headers={"DPoP": "a.b.c"})),
                      SETTINGS)

    assert sent == SentProof(
        ("a.b.c",), "GET", "https://a1b2c3d4e5.execute-api.us-west-2.amazonaws.com/orders",
        is_decoded=True)
