"""The requests of the model as a client application sends them."""

from dataclasses import replace
from typing import Any

from shared.errors import InvalidToken
from shared.tokens.session_tokens import TokenType
from shared.wiring.services import Services
from tests.dynamodb_local.handlers_alone import HandlersAlone, claims
from tests.model.people import OWNER, GoodCodes, OwnersAsNeeded
from tests.model.state import SHOWS
from tests.support.application import CLIENT_ID, EMAIL, PASSWORD, Pair
from tests.support.possession import Prover

METHODS = {"call": "GET", "end": "DELETE"}
STEP_UP = ("password", "code", "guess")


class Proven(Prover):
    """Sends one proof, which was made before."""

    def __init__(self, text: str) -> None:
        self._text = text

    def proof(self, method: str, address: str, now: int, access_token: str = "") -> str:
        return self._text


class NotLetIn(Exception):
    """What API Gateway gets to see of a token that is no good."""

    def __str__(self) -> str:
        return "Unauthorized"


def target(kind: str) -> tuple[str, str]:
    """Return the method and the path of a request of this kind."""
    if kind in STEP_UP:
        return "PUT", "/session/authentication"
    return METHODS.get(kind, "PUT"), "/session"


def presented(services: Services, prover: Prover | None, kind: str, pair: Pair) -> Any:
    """Send a request of this kind, and return its answer. Of the confirmation of a second factor,
    only what it does to the session is carried out."""
    app = HandlersAlone(services, prover=prover)
    if kind == "enrol":
        return _enrolled(services, pair.access_token)
    if kind in STEP_UP:
        return _stepped_up(app, kind, pair.access_token)
    if kind == "refresh":
        return app.refresh(pair)
    return (app.authorize if kind == "call" else app.sign_out)(pair.access_token)


def _enrolled(services: Services, access_token: str) -> None:
    """Record that a code was shown, for whom the authorizer lets in."""
    try:
        told = services.tokens.verify(access_token, TokenType.ACCESS, CLIENT_ID)
    except InvalidToken:
        raise NotLetIn from None
    services.session_proofs.record(told.user_id, told.session_id, SHOWS["enrol"])


def _stepped_up(app: HandlersAlone, kind: str, access_token: str) -> Any:
    """Whether the account has a second factor, and which codes are good, is as in the model."""
    owner = replace(OWNER, user_id=claims(access_token)["sub"], name=EMAIL)
    app.services.owners = OwnersAsNeeded(kind == "code", owner)
    app.services.second_factor = GoodCodes()
    if kind == "code":
        return app.reauthenticate(access_token, code="000000")
    return app.reauthenticate(access_token, password=PASSWORD if kind == "password" else "not it")
