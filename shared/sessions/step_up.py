"""Step-up: a live session learns that its user has just shown again who they are.

It is a renewal that also proves something. The generation stays, the newest pair gets new
lifetimes, and `auth_time` and `amr` are set by the same conditional write, so that no session says
more than what was proven in it (NIST SP 800-63B-4 section 2.2.3, RFC 9470).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from shared.errors import InvalidProof, SessionEnded, Unauthorized, Unavailable
from shared.sessions.session_proofs import SessionProofs, is_of, proof_id
from shared.sessions.state import MAX_LOOKS, Decision, Lifetimes, Session, Written, decide
from shared.sessions.token_pairs import IssuedTokens, issue

if TYPE_CHECKING:
    from shared.sessions.session_store import SessionStore
    from shared.tokens.access_tokens import Access
    from shared.tokens.session_tokens import Tokens


class StepUp(SessionProofs):
    """Records proofs for a caller, who gets the newest pair."""

    def __init__(self, store: SessionStore, tokens: Tokens, lifetimes: Lifetimes,
                 now: Callable[[], int]) -> None:
        super().__init__(store, lifetimes, now)
        self._tokens = tokens

    def session_of(self, access: Access) -> Session:
        """Return the live session of an access token that verified, which may not be spent.

        Raises SessionEnded, Unauthorized for a spent token, InvalidProof for a proof of possession
        that was used before, or Unavailable.
        """
        claims = access.claims
        return self._usable(access, self._store.get(claims.user_id, claims.session_id))

    def prove(self, access: Access, seen: Session, *methods: str
              ) -> tuple[Session, IssuedTokens]:
        """Record in the session that its user has just proven `methods` (RFC 8176), and return it
        with its newest pair. Raises what `session_of` does."""
        def write(session: Session) -> Written:
            return self._prove(session, methods, access)

        return self._written(access, seen, write)

    def renew(self, access: Access) -> tuple[Session, IssuedTokens]:
        """Return the session with a newest pair that begins now, as a refresh of a stale one does.
        Raises what `session_of` does."""
        def write(session: Session) -> Written:
            return self._store.renew(session, self._now(), self._lifetimes,
                                     is_of(access, session), proof_id(access))

        return self._written(access, self.session_of(access), write)

    def _written(self, access: Access, session: Session, write: Callable[[Session], Written]
                 ) -> tuple[Session, IssuedTokens]:
        for _ in range(MAX_LOOKS):
            written = write(session)
            if written.applied and written.session is not None:
                issued = issue(written.session, self._tokens, self._lifetimes, self._now())
                return written.session, issued
            session = self._usable(access, written.session)
        raise Unavailable(f"lost {MAX_LOOKS} conditional writes in a row")

    def _usable(self, access: Access, session: Session | None) -> Session:
        claims, proof = access
        decision = decide(session, claims.generation, claims.client_id, self._now(),
                          self._lifetimes, proof)
        if session is None or decision is Decision.ENDED:
            raise SessionEnded(user_id=claims.user_id, session_id=claims.session_id)
        if decision is Decision.REPLAY:
            raise InvalidProof("the request was sent before, or may have been")
        if decision is Decision.REUSE:
            raise Unauthorized("the access token is of a pair that is spent")
        return session
