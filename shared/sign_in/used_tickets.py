"""Remembers which tickets were used, until they expire. Their ids are random, so they need no
pseudonym, and this no key."""

from shared.errors import InvalidTicket
from shared.sign_in.quotas import QuotaStore


class UsedTickets:
    def __init__(self, store: QuotaStore) -> None:
        self._store = store

    def use(self, ticket_id: str, expires_at: int, **about: str) -> None:
        """Raise InvalidTicket if this ticket was used before. `expires_at` is epoch seconds, and
        `about` is for the log. Raises Unavailable."""
        if not self._store.count(f"ticket {ticket_id}", 1, expires_at):
            raise InvalidTicket("the ticket was used before", **about)
