"""Records in a session what its user has just proven, by one conditional write that also renews it.

It mints nothing, so that a function which hands out no tokens does not load what makes them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from shared.errors import Unauthorized, Unavailable
from shared.sessions.state import (MAX_LOOKS, PASSKEY_METHODS, Lifetimes, Session, Written,
                                   proven_by)

if TYPE_CHECKING:
    from shared.sessions.session_store import SessionStore
    from shared.tokens.access_tokens import Access


class SessionProofs:
    """Records proofs, and mints nothing. `now` returns epoch seconds."""

    def __init__(self, store: SessionStore, lifetimes: Lifetimes, now: Callable[[], int]) -> None:
        self._store, self._lifetimes, self._now = store, lifetimes, now

    def require_live(self, user_id: str, session_id: str) -> Session:
        """Return a live session. Raises Unauthorized if it has ended since the authorizer has seen
        it, or Unavailable."""
        session = self._store.get(user_id, session_id)
        if session is None or not self._lifetimes.is_live(session, self._now()):
            raise Unauthorized("the session has ended")
        return session

    def record(self, user_id: str, session_id: str, *methods: str) -> None:
        """Record that the user of a session has just proven `methods` (RFC 8176). A session that
        has ended stays so. Raises Unavailable."""
        session = self._store.get(user_id, session_id)
        for _ in range(MAX_LOOKS):
            if session is None or not self._lifetimes.is_live(session, self._now()):
                return
            written = self._prove(session, methods)
            if written.applied:
                return
            session = written.session
        raise Unavailable(f"lost {MAX_LOOKS} conditional writes in a row")

    def _prove(self, session: Session, methods: tuple[str, ...], access: Access | None = None
               ) -> Written:
        # The password of the sign-in still counts, or beside a code the passkey if there was no
        # password. A second factor that was shown then does not: its user may have lost it since. A
        # password is shown only where there is no second factor, so nothing counts beside it.
        shown = set() if "pwd" in methods else set(session.proven.amr)
        is_passkey = not PASSKEY_METHODS.isdisjoint(methods)
        first = shown & {"pwd"} or (set() if is_passkey else shown & PASSKEY_METHODS)
        proven = proven_by(*first, *methods)
        return self._store.prove(session, proven, self._now(), self._lifetimes,
                                 access is not None and is_of(access, session),
                                 proof_id(access))


def is_of(access: Access, session: Session) -> bool:
    return access.claims.generation == session.generation


def proof_id(access: Access | None) -> str:
    return access.proof.proof_id if access and access.proof else ""
