"""Open, refresh, authorize and end sessions.

The rules are in shared/sessions/state.py; this module applies them to the sessions of a store. A
session's tokens are a function of its item: minting twice from the same item gives tokens with
equal claims. The common refresh is one conditional write. A refresh token is spent by the first
use of its successor, not by the rotation. Until that use, and for a grace after it, the old token
is answered with its successor again. This saves two tabs that refresh at once, a response lost on
a phone, and a retried write. After the grace, using the spent token is a replay and ends the
session (RFC 9700 section 4.14.2).
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING

from shared.errors import (AuthenticationError, InvalidProof, SessionEnded, StaleAccessToken,
                           TokenReused, Unauthorized, Unavailable)
from shared.sessions.state import MAX_LOOKS, Decision, Lifetimes, Proven, Session, Written, decide
from shared.sessions.token_pairs import IssuedTokens, issue
from shared.tokens.session_tokens import Claims, Tokens, TokenType

if TYPE_CHECKING:
    from shared.callers import Caller
    from shared.identities import Account
    from shared.sessions.session_store import SessionStore
    from shared.tokens.access_tokens import Access
    from shared.tokens.proofs import Proof


class Sessions:
    """`now` returns epoch seconds."""

    def __init__(self, store: SessionStore, tokens: Tokens, lifetimes: Lifetimes,
                 now: Callable[[], int]) -> None:
        self._store, self._tokens, self._lifetimes, self._now = store, tokens, lifetimes, now

    def open(self, account: Account, proven: Proven, caller: Caller,
             confirm: Callable[[Session], None], auth_time: int | None = None,
             enrol_by: int | None = None, ends_at: int | None = None
             ) -> tuple[Session, IssuedTokens]:
        """Return a new session of `account` for `caller`, and its tokens. What is `proven` was so
        at `auth_time`, by default now. The session ends at `ends_at` if that is earlier than its
        absolute lifetime says.

        `confirm` is called once the session is stored. It raises if the credentials that opened
        the session are no longer valid, and the session is then withdrawn. The session is also
        withdrawn if the store does not say whether it was stored, and after any other failure.
        """
        now = self._now()
        latest = now + self._lifetimes.session_absolute_seconds
        session = Session(account.user_id, str(uuid.uuid4()), caller.client_id, generation=0,
                          created_at=now, refreshed_at=now,
                          ends_at=latest if ends_at is None else min(ends_at, latest),
                          auth_time=now if auth_time is None else auth_time, proven=proven,
                          address=caller.address, device=caller.device, roles=account.roles,
                          roles_version=account.roles_version, jkt=caller.jkt,
                          enrol_by=enrol_by)
        # This comes before the session is stored, because the signing key may have to be fetched.
        issued = issue(session, self._tokens, self._lifetimes, now)
        try:
            self._store.put(session, self._lifetimes)
            confirm(session)
        except Exception:
            self._store.delete(session.user_id, session.session_id)
            raise
        return session, issued

    def refresh(self, access: Access, refresh_token: str) -> tuple[Session, IssuedTokens]:
        """Return the session and its newest pair, advanced as the state machine says.

        `access` is what its access token says, expired or not. The refresh token's own expiry does
        not count; the session's item decides. The item never lives longer than the newest token
        minted from it, but it outlives the token of a client whose last answers were lost. A proof
        is remembered by the write that happens anyway; where none happens, the request can be
        repeated and changes nothing. Raises InvalidToken, StaleAccessToken, InvalidProof,
        SessionEnded, TokenReused or Unavailable.
        """
        claims, proof = access
        presented = self._tokens.verify(refresh_token, TokenType.REFRESH, claims.client_id,
                                        even_if_expired=True)
        if _lineage(claims) != _lineage(presented):
            raise StaleAccessToken(**_about(claims))
        now = self._now()
        if self._lifetimes.is_fresh(claims.expires_at, now):
            seen = Written(False, self._store.get(claims.user_id, claims.session_id))
        else:
            seen = self._store.rotate(presented, now, self._lifetimes, _id(proof))
        session = self._settle(presented, seen, now, proof)
        return session, issue(session, self._tokens, self._lifetimes, now)

    def _settle(self, presented: Claims, seen: Written, now: int, proof: Proof | None) -> Session:
        """Return the session to mint from, once a write has succeeded or none is needed."""
        for _ in range(MAX_LOOKS):
            session = seen.session
            if seen.applied and session is not None:
                return session
            decision = decide(session, presented.generation, presented.client_id, now,
                              self._lifetimes, proof)
            if decision is Decision.REUSE:
                self._store.delete(presented.user_id, presented.session_id)
            if session is None or decision in (Decision.ENDED, Decision.REPLAY, Decision.REUSE):
                raise _refusal(decision, presented)
            if decision is Decision.KEEP:
                return session
            if decision is Decision.ROTATE:
                seen = self._store.rotate(presented, now, self._lifetimes, _id(proof))
            else:
                seen = self._store.renew(
                    session, now, self._lifetimes,
                    acknowledge=presented.generation == session.generation,
                    proof_id=_id(proof))
        raise Unavailable(f"lost {MAX_LOOKS} conditional writes in a row")

    def authorize(self, claims: Claims) -> Session:
        """Return the live session of an access token that verified, or raise Unauthorized.

        The first use of an access token of a generation acknowledges the generation.
        """
        now = self._now()
        session = self._store.get(claims.user_id, claims.session_id)
        if (session is None or session.client_id != claims.client_id
                or not self._lifetimes.is_live(session, now)):
            raise Unauthorized(**_about(claims))
        if session.acknowledged_at is None and session.generation == claims.generation:
            self._store.acknowledge(session, now)
        return session

    def end(self, claims: Claims) -> None:
        """End the session of an access token, expired or not. Raises SessionEnded when it had ended
        before."""
        if not self._store.delete(claims.user_id, claims.session_id):
            raise SessionEnded(**_about(claims))


def _refusal(decision: Decision, presented: Claims) -> AuthenticationError:
    about = _about(presented)
    if decision is Decision.REPLAY:
        return InvalidProof("the request was sent before, or may have been", **about)
    return TokenReused(**about) if decision is Decision.REUSE else SessionEnded(**about)


def _id(proof: Proof | None) -> str:
    return proof.proof_id if proof else ""


def _lineage(claims: Claims) -> tuple[str, str, int]:
    return claims.user_id, claims.session_id, claims.generation


def _about(claims: Claims) -> dict[str, str]:
    return {"client_id": claims.client_id, "user_id": claims.user_id,
            "session_id": claims.session_id}
