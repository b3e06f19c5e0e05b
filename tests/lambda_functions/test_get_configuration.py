"""GET /.well-known/openid-configuration"""

from dataclasses import replace

from lambda_functions import get_configuration, get_jwks
from shared.tokens.session_tokens import CLAIM_TYPES, OPTIONAL_TYPES, TokenType
from shared.wiring.services import Services
from tests.support.application import Answer, send
from tests.support.events import proxy_event
from tests.support.heavy import NOTHING
from tests.support.wire import Wire

LOADS = NOTHING
PATH = "/.well-known/openid-configuration"


def published(services: Services, method: str = "GET") -> Answer:
    return send(get_configuration.handler, proxy_event(method, PATH), services)


def test_it_names_the_issuer_of_new_tokens_and_where_the_keys_are(services: Services) -> None:
    services.settings = replace(services.settings, token_issuer="https://s.example.org/dev",
                                other_issuers=("https://former.example.org",))

    body = published(services).body

    assert body["issuer"] == "https://s.example.org/dev"
    assert body["jwks_uri"] == "https://s.example.org/dev/.well-known/jwks.json"


def test_it_has_what_it_must_have_and_nothing_empty(services: Services) -> None:
    """OpenID Connect Discovery 1.0 sections 3 and 4.2; there are no endpoints of OAuth to name."""
    body = published(services).body

    assert body.keys() >= {"issuer", "jwks_uri", "response_types_supported",
                           "subject_types_supported", "id_token_signing_alg_values_supported"}
    assert all(body.values())
    assert body["response_types_supported"] == ["none"]
    assert body["subject_types_supported"] == ["public"]
    assert not [name for name in body if name.endswith("_endpoint")]


def test_it_names_the_algorithm_of_the_published_keys(services: Services) -> None:
    keys = send(get_jwks.handler, proxy_event("GET", "/.well-known/jwks.json"), services).body

    assert published(services).body["id_token_signing_alg_values_supported"] == [
        key["alg"] for key in keys["keys"]]


def test_it_names_every_claim_of_an_access_token(services: Services) -> None:
    known = CLAIM_TYPES[TokenType.ACCESS] | OPTIONAL_TYPES[TokenType.ACCESS]

    assert set(published(services).body["claims_supported"]) == known.keys()


def test_anybody_may_have_it_and_keep_it_for_five_minutes(services: Services, wire: Wire) -> None:
    answer, head = published(services), published(services, "HEAD")

    assert (answer.status, head.status, head.text) == (200, 200, "")
    assert answer.headers["Cache-Control"] == head.headers["Cache-Control"]
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert wire.sent == []
