"""Every route with its own handler alone: what the authorizer would vouch for is read off the
access token, so that a request costs and meets only what its own function does."""

import json
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from typing import Any

from lambda_functions import delete_user, get_configuration, get_jwks, get_page, ping, preflight
from shared.gateway.requests import Request
from shared.gateway.vouched import about_proof
from tests.support.account_owner import Owner
from tests.support.application import Answer, Handler, send
from tests.support.events import proxy_event
from tests.support.second_factors import FactorOwner


def claims(token: str) -> dict[str, Any]:
    """Return the claims of a token of ours, unverified."""
    payload = token.split(".")[1]
    read = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    assert isinstance(read, dict)
    return read


class HandlersAlone(Owner, FactorOwner):
    def principal_of(self, method: str, path: str, headers: Mapping[str, str]) -> dict[str, Any]:
        told = claims(headers["authorization"].partition(" ")[2])
        bound = about_proof(Request({"headers": headers}), told["cnf"]["jkt"],
                            self.services.now() + 60) if "cnf" in told else {}
        return {"client_id": self.client_id, "user_id": told["sub"],
                "session_id": told["sid"], "access_expires_at": told["exp"],
                "auth_time": told["auth_time"], "amr": " ".join(told["amr"]), "acr": told["acr"],
                **bound}

    def leave_without_password(self, access_token: str) -> Answer:
        return self.with_token(delete_user.handler, "DELETE", "/user", access_token, {})

    def ping(self) -> Answer:
        return self._open(ping.handler, "GET", "/ping")

    def configuration(self) -> Answer:
        return self._open(get_configuration.handler, "GET", "/.well-known/openid-configuration")

    def jwks(self) -> Answer:
        return self._open(get_jwks.handler, "GET", "/.well-known/jwks.json")

    def page(self) -> Answer:
        event = proxy_event("GET", "/account/{file}", headers=self.headers())
        return send(get_page.handler, event | {"pathParameters": {"file": "home"}}, self.services)

    def preflight(self) -> Answer:
        return self._open(preflight.handler, "OPTIONS", "/user")

    def _open(self, handler: Handler, method: str, path: str) -> Answer:
        return send(handler, proxy_event(method, path, headers=self.headers()), self.services)
