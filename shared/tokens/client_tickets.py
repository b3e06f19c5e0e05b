"""What tickets of all kinds have in common: signed, not stored, and given to one client."""

from collections.abc import Callable, Mapping
from typing import Any

from shared.errors import InvalidTicket, InvalidToken
from shared.tokens.jws import Jws
from shared.tokens.session_tokens import check_time


class ClientTickets:
    """`issuers` are the values that the `iss` claim may have, and new tickets get the first of
    them; `now` returns epoch seconds."""

    def __init__(self, issuers: tuple[str, ...], jws: Jws, now: Callable[[], int]) -> None:
        self._issuers, self._jws, self._now = issuers, jws, now

    def _payload(self, text: str, client_id: str, token_type: str,
                 claim_types: Mapping[str, type], optional_types: Mapping[str, type]
                 ) -> dict[str, Any]:
        """Return the payload of a ticket of ours that was given to this client, or raise
        InvalidTicket or Unavailable."""
        try:
            payload: dict[str, Any] = self._jws.verify(text, token_type, claim_types,
                                                       optional_types)
            check_time(payload["iat"], payload["exp"], self._now())
        except InvalidToken as error:
            raise InvalidTicket from error
        if payload["iss"] not in self._issuers or payload["aud"] != client_id:
            raise InvalidTicket("the ticket is of another issuer or client")
        return payload
