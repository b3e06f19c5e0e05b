"""No forged proof of possession gets anywhere, and none costs the tables a request."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from lambda_functions import authorizer, create_session, delete_session, refresh_session
from shared.keys.signing_keys import P256_ORDER
from shared.wiring.services import Services
from tests.attacks.forge import p1363
from tests.attacks.proof_bench import Forgery, Occasion, claims, key, resigned
from tests.attacks.proof_forgeries import FORGERIES, OF_ACCESS_TOKEN, OF_SPELLING, TWO
from tests.support.application import API, EMAIL, PASSWORD, Application, Handler, Pair
from tests.support.events import (LambdaContext, authorizer_event, http_authorizer_event,
                                  proxy_event, sent_twice)
from tests.support.possession import Prover
from tests.support.wire import Wire

INVALID = (401, "invalid_dpop_proof")
HTTP_API = API.removesuffix("/dev")
Event = dict[str, Any]
Alter = Callable[[Event], Event]


class Client:
    """A person who is signed in to a session that is bound to a key, and sends what it is told."""

    def __init__(self, services: Services) -> None:
        self.services, self.prover = services, Prover()
        self.app = Application(services, prover=self.prover)
        assert self.app.sign_up().status == 201
        self.pair: Pair = self.app.sign_in().pair

    def occasion(self, place: "Place") -> Occasion:
        return Occasion(self.prover, place.method, f"{place.api}/session", self.services.now(),
                        self.pair.access_token if place.presents else "",
                        self.pair.refresh_token)

    def headers(self, place: "Place", proof: str) -> Mapping[str, str]:
        sent = {"content-type": "application/json", "x-koms-clientid": self.app.client_id,
                "dpop": proof}
        if place.presents:
            sent["authorization"] = f"DPoP {self.pair.access_token}"
        return sent


class Place:
    """A route that takes proofs. `presents` says whether an access token goes with it."""

    presents, api, handler, method = True, API, refresh_session.handler, "PUT"

    def send(self, client: Client, proof: str, alter: Alter = dict) -> tuple[int, str]:
        """Return the status and the name of the answer, empty if the request was let through."""
        event = proxy_event(self.method, "/session", headers=client.headers(self, proof),
                            body=self.body(client), principal={"client_id": client.app.client_id})
        answer = type(self).handler(alter(event), LambdaContext("f"), client.services)
        name = json.loads(answer["body"]).get("name", "")
        return answer["statusCode"], name

    def body(self, client: Client) -> dict[str, str]:
        return {"refresh_token": client.pair.refresh_token}


class SignOut(Place):
    handler, method = delete_session.handler, "DELETE"


class SignIn(Place):
    presents, handler, method = False, create_session.handler, "POST"

    def body(self, client: Client) -> dict[str, str]:
        return {"account_type": "traditional", "email": EMAIL, "password": PASSWORD}


class Authorizer(Place):
    handler: Handler = authorizer.handler
    method = "GET"

    def send(self, client: Client, proof: str, alter: Alter = dict) -> tuple[int, str]:
        event = authorizer_event("GET", "/session", headers=client.headers(self, proof))
        answer = authorizer.handler(alter(event), LambdaContext("f"), client.services)
        [statement] = answer["policyDocument"]["Statement"]
        return INVALID if statement["Effect"] == "Deny" else (200, "")


class HttpAuthorizer(Authorizer):
    api = HTTP_API

    def send(self, client: Client, proof: str, alter: Alter = dict) -> tuple[int, str]:
        event = http_authorizer_event("GET", "/session", headers=client.headers(self, proof))
        answer = authorizer.handler(alter(event), LambdaContext("f"), client.services)
        return (200, "") if answer["isAuthorized"] else INVALID


PLACES = {"refresh": Place(), "sign-out": SignOut(), "sign-in": SignIn(),
          "authorizer": Authorizer(), "authorizer of an HTTP API": HttpAuthorizer()}


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


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_a_second_proof_is_refused_wherever_it_stands(
        place: Place, client: Client, audit_lines: Callable[[], list[dict[str, Any]]]) -> None:
    proof = client.occasion(place).proof
    if place.api == HTTP_API:
        assert OF_SPELLING["two proofs"][1] == TWO, "an HTTP API joins two headers by a comma"
        return
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
    "more claims": claims(nonce="n", exp=0, aud=["x"]),
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
