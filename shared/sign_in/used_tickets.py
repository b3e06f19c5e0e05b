"""Remembers which tickets and links were used, until they expire. Their ids are random, so they
need no pseudonym, and this no key."""

from shared.errors import InvalidLink, InvalidTicket
from shared.sign_in.quotas import QuotaStore


class UsedTickets:
    def __init__(self, store: QuotaStore) -> None:
        self._store = store

    def use(self, ticket_id: str, expires_at: int, **about: str) -> None:
        """Raise InvalidTicket if this ticket was used before. `expires_at` is epoch seconds, and
        `about` is for the log. Raises Unavailable."""
        if not self._store.count(f"ticket {ticket_id}", 1, expires_at):
            raise InvalidTicket("the ticket was used before", **about)

    def require_unused_link(self, link_id: str) -> None:
        """Raise InvalidLink if this link was used before, or Unavailable."""
        if self._store.used(f"link {link_id}"):
            raise InvalidLink

    def use_link(self, link_id: str, expires_at: int) -> None:
        """Remember a link, which may be remembered already. Raises Unavailable."""
        self._store.count(f"link {link_id}", 1, expires_at)
