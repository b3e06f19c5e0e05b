"""A client application: its requests reach the handlers as API Gateway passes them on."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from lambda_functions import (authorizer, client_id_authorizer, create_session,
                              create_user, delete_session, get_session,
                              get_user, refresh_session)
from shared.clients import Client
from shared.stores.clients import DynamoClientStore
from shared.stores.table import Table
from shared.wiring.services import Services
from tests.support.clock import NOW
from tests.support.cloud import ORIGIN
from tests.support.events import LambdaContext, authorizer_event, proxy_event
from tests.support.possession import Prover

CLIENT_ID = "web-app"
EMAIL = "ada@lovelace.example.org"
PASSWORD = "notes on the analytical engine, 1843"
# Where its requests go, according to their events.
API = "https://a1b2c3d4e5.execute-api.us-west-2.amazonaws.com/dev"
Handler = Callable[..., dict[str, Any]]


@dataclass(frozen=True)
class Pair:
    access_token: str
    refresh_token: str


@dataclass(frozen=True)
class Answer:
    """What the client sees."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def body(self) -> dict[str, Any]:
        body = json.loads(self.text)
        assert isinstance(body, dict)
        return body

    @property
    def name(self) -> str:
        """The wire name of a refusal."""
        return str(self.body["name"])

    @property
    def pair(self) -> Pair:
        return Pair(self.body["access_token"], self.body["refresh_token"])

    @property
    def device_token(self) -> str:
        return str(self.body["device_token"])

    @property
    def outcome(self) -> tuple[int, str]:
        """Status and wire name of a refusal."""
        return self.status, self.name


def send(handler: Handler, event: Mapping[str, Any], services: Services,
         function_name: str = "session-api-test-function") -> Answer:
    """Invoke a handler; its answer must have the shape that API Gateway takes."""
    response = handler(event, LambdaContext(function_name), services)
    assert response.keys() == {"statusCode", "headers", "body", "isBase64Encoded"}
    assert response["isBase64Encoded"] is False
    assert all(isinstance(value, str) for value in response["headers"].values())
    return Answer(response["statusCode"], response["headers"], response["body"])


class Application:
    """An application of `client_id`, registered and enabled; with a `prover`, it proves the
    possession of a key, and its sessions are bound to that."""

    def __init__(self, services: Services, client_id: str = CLIENT_ID,
                 prover: Prover | None = None, must_prove: bool = False) -> None:
        self.services, self.client_id, self.prover = services, client_id, prover
        self.address = API
        self.sent: dict[str, str] = {}
        self.principal: dict[str, str | int] = {"client_id": client_id,
                                                "must_prove": int(must_prove)}
        DynamoClientStore(Table(services.dynamodb, services.settings.clients_table)).add(
            Client(client_id, client_id.title(), True, NOW, must_prove))

    def headers(self, access_token: str | None = None, method: str = "GET",
                path: str = "/session") -> dict[str, str]:
        """Return what the application sends, in a spelling of its own."""
        sent = {"content-type": "application/json; charset=utf-8", "Origin": ORIGIN,
                "X-Koms-ClientId": self.client_id} | self.sent
        if access_token is not None:
            sent["authorization"] = f"{'DPoP' if self.prover else 'Bearer'} {access_token}"
        if self.prover:
            sent["dpop"] = self.prover.proof(method, self.address + path, self.services.now(),
                                             access_token or "")
        return sent

    def sign_up(self, email: str = EMAIL, password: str = PASSWORD) -> Answer:
        return self._send(create_user.handler, "POST", "/user",
                          {"email": email, "password": password})

    def sign_in(self, email: str = EMAIL, password: str = PASSWORD, device_token: str = ""
                ) -> Answer:
        body = {"account_type": "traditional", "email": email, "password": password}
        if device_token:
            body["device_token"] = device_token
        return self._send(create_session.handler, "POST", "/session", body)

    def refresh(self, pair: Pair) -> Answer:
        return self._send(refresh_session.handler, "PUT", "/session",
                          {"refresh_token": pair.refresh_token}, pair.access_token)

    def sign_out(self, access_token: str) -> Answer:
        return self._send(delete_session.handler, "DELETE", "/session", None, access_token)

    def authorize(self, access_token: str) -> dict[str, Any]:
        """Return the policy for GET /session, or raise what API Gateway gets to see."""
        return self.authorize_request("GET", "/session", self.headers(access_token))

    def authorize_request(self, method: str, path: str, headers: Mapping[str, str]
                          ) -> dict[str, Any]:
        event = authorizer_event(method, path, headers=headers)
        return authorizer.handler(event, LambdaContext("authorizer"), self.services)

    def authorize_client(self) -> dict[str, Any]:
        """Return the policy for POST /user, or raise what API Gateway gets to see."""
        event = authorizer_event("POST", "/user", headers=self.headers())
        return client_id_authorizer.handler(event, LambdaContext("client"), self.services)

    def session(self, access_token: str) -> Answer:
        return self.with_token(get_session.handler, "GET", "/session", access_token)

    def account(self, access_token: str) -> Answer:
        return self.with_token(get_user.handler, "GET", "/user", access_token)

    def with_token(self, handler: Handler, method: str, path: str, access_token: str,
                   body: object = None, **event: Any) -> Answer:
        """Return what the handler answers to a request that the authorizer has let in, as on API
        Gateway; `event` overrides members of the event."""
        headers = self.headers(access_token, method, path)
        principal = self.principal_of(method, path, headers)
        sent = proxy_event(method, path, headers=headers, body=body, principal=principal)
        return send(handler, sent | event, self.services)

    def principal_of(self, method: str, path: str, headers: Mapping[str, str]) -> dict[str, Any]:
        """Return what the authorizer vouches for, or raise what API Gateway gets to see."""
        context = self.authorize_request(method, path, headers)["context"]
        assert isinstance(context, dict)
        return context

    def _send(self, handler: Handler, method: str, path: str, body: object,
              access_token: str | None = None) -> Answer:
        event = proxy_event(method, path, headers=self.headers(access_token, method, path),
                            body=body, principal=self.principal)
        return send(handler, event, self.services)
