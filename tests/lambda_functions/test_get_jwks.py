"""GET /.well-known/jwks.json"""

import jwt

from lambda_functions import get_jwks
from shared.keys.key_ring import RELOAD_SECONDS
from shared.wiring.services import Services
from tests.support.application import Answer, Application, send
from tests.support.clock import Clock
from tests.support.cloud import Cloud
from tests.support.events import proxy_event
from tests.support.heavy import KEYS, SDK
from tests.support.wire import Wire

LOADS = SDK | KEYS
NEW_SECRET = "a new secret, of thirty-two characters and some more"


def published(services: Services, method: str = "GET") -> Answer:
    return send(get_jwks.handler, proxy_event(method, "/.well-known/jwks.json"), services)


def test_other_services_verify_access_tokens_with_the_published_keys(app: Application,
                                                                     services: Services) -> None:
    app.sign_up()
    token = app.sign_in().pair.access_token

    keys = jwt.PyJWKSet.from_dict(published(services).body)

    key = keys[jwt.get_unverified_header(token)["kid"]]
    claims = jwt.decode(token, key, algorithms=["ES256"], audience="web-app",
                        issuer=services.settings.token_issuer,
                        options={"verify_exp": False, "verify_iat": False})
    assert claims["gen"] == 0


def test_a_key_is_published_for_signatures_of_one_algorithm_only(services: Services) -> None:
    """RFC 7517, sections 4.2 and 4.4; RFC 7518, section 6.2."""
    [key] = published(services).body["keys"]

    assert (key["kty"], key["crv"], key["use"], key["alg"]) == ("EC", "P-256", "sig", "ES256")


def test_the_keys_may_be_kept_for_five_minutes(services: Services) -> None:
    answer = published(services)

    assert answer.status == 200
    assert answer.headers["Cache-Control"] == "public, max-age=300"


def test_a_key_is_published_before_it_signs_and_after(services: Services, cloud: Cloud,
                                                      clock: Clock) -> None:
    [old] = published(services).body["keys"]

    cloud.stage_secret("signing-secret", NEW_SECRET)
    clock.advance(RELOAD_SECONDS)
    staged = published(services).body["keys"]
    cloud.rotate_secret("signing-secret", NEW_SECRET)
    clock.advance(RELOAD_SECONDS)
    rotated = published(services).body["keys"]

    assert staged[0] == rotated[1] == old
    assert staged[1] == rotated[0] != old


def test_an_incomplete_set_is_not_published(services: Services, wire: Wire) -> None:
    """Whoever reads it would refuse good tokens."""
    wire.cut("GetSecretValue")

    assert published(services).outcome == (503, "unavailable")


def test_a_head_says_how_long_the_keys_may_be_kept(services: Services) -> None:
    answer = published(services, "HEAD")

    assert (answer.status, answer.text) == (200, "")
    assert answer.headers["Cache-Control"] == "public, max-age=300"
