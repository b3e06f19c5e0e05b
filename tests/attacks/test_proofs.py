"""No forged proof of possession gets anywhere, and none costs the tables a request."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from shared.keys.signing_keys import P256_ORDER
from shared.wiring.services import Services
from tests.attacks.forge import p1363
from tests.attacks.proof_bench import Forgery, claims, key, resigned
from tests.attacks.proof_forgeries import FORGERIES, OF_ACCESS_TOKEN, TWO
from tests.attacks.proof_places import HTTP_API, INVALID, PLACES, Client, Place
from tests.support.events import sent_twice
from tests.support.possession import Prover
from tests.support.wire import Wire


@pytest.fixture
def client(services: Services) -> Client:
    return Client(services)


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_a_forged_proof_is_refused_for_its_flaw(
        place: Place, client: Client, wire: Wire, audit_lines: Callable[[], list[dict[str, Any]]]
        ) -> None:
    """Each is 401 invalid_dpop_proof, asks the tables nothing, and the log says why."""
    at = client.occasion(place)
    forgeries = FORGERIES | (OF_ACCESS_TOKEN if place.presents else {})
    for name, (forgery, reason) in forgeries.items():
        wire.sent.clear()
        audit_lines()

        outcome = place.send(client, forgery(at))

        assert outcome == INVALID, name
        assert set(wire.sent) <= {"GetSecretValue"}, name
        [line] = audit_lines()
        assert line["name"] == "invalid_dpop_proof", name
        assert line["reason"] == reason or "> 2048" in reason and reason in line["reason"], name


@pytest.mark.parametrize("place", [each for each in PLACES.values() if each.api != HTTP_API],
                         ids=lambda place: type(place).__name__)
def test_a_second_proof_is_refused_in_whatever_order(
        place: Place, client: Client, audit_lines: Callable[[], list[dict[str, Any]]]) -> None:
    """An HTTP API joins two headers by a comma, which is among the forgeries."""
    proof = client.occasion(place).proof
    for first, second in ((proof, "x"), ("x", proof), (proof, proof)):
        audit_lines()

        assert place.send(client, proof, lambda event: sent_twice(
            event, "dpop", first, second)) == INVALID

        assert audit_lines()[-1]["reason"] == TWO


# What RFC 9449 allows, and libraries do.
GOOD: dict[str, Forgery] = {
    "as it is": lambda at: at.proof,
    "low s": resigned(lambda r, s: p1363(r, min(s, P256_ORDER - s))),
    "high s": resigned(lambda r, s: p1363(r, max(s, P256_ORDER - s))),
    "query": lambda at: claims(htu=f"{at.address}?a=/../b")(at),
    "fragment": lambda at: claims(htu=f"{at.address}#top")(at),
    "host in capitals": lambda at: claims(htu=at.address.replace("execute-api", "EXECUTE-api"))(at),
    "default port": lambda at: claims(htu=at.address.replace(".com/", ".com:443/"))(at),
    "percent-encoded letters": lambda at: claims(
        htu=at.address.replace("session", "%73ession"))(at),
    "dot segments": lambda at: claims(htu=at.address.replace("/session", "/./x/../session"))(at),
    "a minute old": lambda at: claims(iat=at.now - 60)(at),
    "a minute ahead": lambda at: claims(iat=at.now + 60)(at),
    "more claims": lambda at: claims(nonce="n", exp=at.now + 1, aud=["x"])(at),
    "more members of the key": key(kid="1", alg="ES256", use="sig", key_ops=["verify"], ext=True),
    "longest id": claims(jti="x" * 128)}


@pytest.mark.parametrize("spelling", GOOD)
@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_what_the_standard_allows_is_let_through(
        place: Place, spelling: str, client: Client) -> None:
    proof = GOOD[spelling](client.occasion(place))

    assert place.send(client, proof)[0] in (200, 201)


@pytest.mark.parametrize("place", [PLACES["refresh"], PLACES["sign-out"]],
                         ids=["refresh", "sign-out"])
def test_a_good_proof_by_another_key_is_of_no_use(
        place: Place, client: Client, wire: Wire, audit_lines: Callable[[], list[dict[str, Any]]]
        ) -> None:
    at = replace(client.occasion(place), prover=Prover())
    wire.sent.clear()
    audit_lines()

    assert place.send(client, at.proof) == (401, "unauthorized")

    assert set(wire.sent) <= {"GetSecretValue"}
    assert audit_lines()[-1]["reason"] == "the proof is by another key than the token's"
