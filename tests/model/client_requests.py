"""The requests of the model as a client application sends them."""

from typing import Any

from tests.support.application import Application, Pair
from tests.support.possession import Prover

METHODS = {"refresh": "PUT", "call": "GET", "end": "DELETE"}


class Proven(Prover):
    """Sends one proof, which was made before."""

    def __init__(self, text: str) -> None:
        self._text = text

    def proof(self, method: str, address: str, now: int, access_token: str = "") -> str:
        return self._text


def presented(app: Application, kind: str, pair: Pair) -> Any:
    """Send a request of this kind, and return its answer."""
    if kind == "refresh":
        return app.refresh(pair)
    return (app.authorize if kind == "call" else app.sign_out)(pair.access_token)
