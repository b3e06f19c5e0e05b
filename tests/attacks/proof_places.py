"""Where proofs of possession are taken, and a client that sends what it is told."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from lambda_functions import authorizer, create_session, delete_session, refresh_session
from shared.wiring.services import Services
from tests.attacks.proof_bench import Occasion
from tests.support.application import API, EMAIL, PASSWORD, Application, Handler, Pair
from tests.support.events import (LambdaContext, authorizer_event, http_authorizer_event,
                                  proxy_event)
from tests.support.possession import Prover

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
