"""A session as its clients see it, and what DESIGN promises about it, checked at each answer.

The world remembers what it was answered, never what the service thinks: generations and
instants of the tokens it saw, and when each generation was first used. From that alone it
knows which tokens are spent and whether the session should live. Only when the store lost
all answers, which hides from everybody whether a write was applied, does it look.
"""

from collections.abc import Callable

from shared.callers import Caller
from shared.errors import (InvalidToken, SessionEnded, TokenReused,
                           Unauthorized, Unavailable)
from shared.identities import Account
from shared.keys.key_ring import KeyRing
from shared.keys.signing_keys import derive
from shared.sessions.lifecycle import Sessions
from shared.sessions.session_store import SessionStore
from shared.sessions.state import BY_PASSWORD, Lifetimes, Session
from shared.sessions.token_pairs import IssuedTokens
from shared.tokens.access_tokens import Access
from shared.tokens.jws import Jws
from shared.tokens.session_tokens import Claims, Tokens, TokenType
from tests.support.application import EMAIL, Pair
from tests.support.clock import Clock
from tests.support.cloud import SIGNING_SECRET

USER_ID, CLIENT_ID = "0b0e5f1a-ada0-4c0d-8d5e-100000001815", "web-app"


class SessionWorld:
    """One session over `store`, opened now; `requests` returns how many the store was sent."""

    def __init__(self, store: SessionStore, requests: Callable[[], int],
                 lifetimes: Lifetimes) -> None:
        self.clock, self.lifetimes = Clock(), lifetimes
        self.store, self.requests = store, requests
        self.tokens = self._tokens_signed_with(SIGNING_SECRET)
        self.forger = self._tokens_signed_with("the forger's own secret, which is long enough")
        self.sessions = Sessions(store, self.tokens, lifetimes, self.clock)
        self.session, issued = self.sessions.open(
            Account(USER_ID, EMAIL, self.clock.now), BY_PASSWORD, Caller(CLIENT_ID),
            confirm=lambda _session: None)
        self.first_pair = Pair(issued.access_token, issued.refresh_token)
        self.generation, self.refreshed_at = 0, self.clock.now
        self.ended = self.replayed = False
        self._claims: dict[Pair, Claims] = {}
        self.first_used_at: dict[int, int] = {}

    def _tokens_signed_with(self, secret: str) -> Tokens:
        ring = KeyRing({"AWSCURRENT": secret}.get, derive, self.clock)
        return Tokens(("https://issuer.example.org",), Jws(ring), self.clock)

    def claims(self, pair: Pair) -> Claims:
        if pair not in self._claims:
            self._claims[pair] = self.tokens.verify(pair.access_token, TokenType.ACCESS,
                                                    CLIENT_ID, even_if_expired=True)
        return self._claims[pair]

    def lives(self) -> bool:
        """Whether neither sign-out, nor idle or absolute expiry, has ended the session."""
        return not self.ended and self.clock.now < min(
            self.refreshed_at + self.lifetimes.session_idle_seconds, self.session.ends_at)

    def is_spent(self, generation: int) -> bool:
        """Whether the grace after the first use of a successor is over."""
        return any(successor > generation
                   and self.clock.now > used_at + self.lifetimes.grace_seconds
                   for successor, used_at in self.first_used_at.items())

    def refresh(self, pair: Pair) -> Pair | None:
        """Refresh, and hold the answer against the promises; None when it was refused."""
        presented = self.claims(pair).generation
        lived, spent = self.lives(), self.is_spent(presented)
        try:
            _, issued = self._refreshed(pair.access_token, pair.refresh_token)
        except Unavailable:
            self._look()
            return None
        except TokenReused:
            assert lived, "an ended session was ended again"
            assert spent, "a token that is not spent ended the session"
            assert self._stored() is None, "a replay left the session alive"
            self.ended = self.replayed = True
            return None
        except SessionEnded:
            assert not lived, "a live session was refused"
            return None
        assert lived, "an ended session came back"
        assert not spent, "a spent token was taken"
        answered = Pair(issued.access_token, issued.refresh_token)
        self._learn(presented, self.claims(answered))
        return answered

    def use(self, pair: Pair) -> bool:
        """Pass the authorizer, and return whether it let the access token in."""
        try:
            claims = self.tokens.verify(pair.access_token, TokenType.ACCESS, CLIENT_ID)
        except InvalidToken:
            return False
        try:
            self.sessions.authorize(claims)
        except Unavailable:
            self._look()
            return False
        except Unauthorized:
            assert not self.lives(), "a live session was refused its access token"
            return False
        assert self.lives(), "an ended session was let in"
        if claims.generation == self.generation:
            self.first_used_at.setdefault(self.generation, self.clock.now)
        return True

    def sign_out(self, pair: Pair) -> None:
        try:
            self.sessions.end(self._access(pair.access_token).claims)
        except Unavailable:
            self._look()
            return
        except SessionEnded:
            assert self.ended, "a session that nobody ended is gone"
        assert self._stored() is None, "a session outlived its sign-out"
        self.ended = True

    def forge(self, pair: Pair, where: str) -> None:
        """Try a token signed with another key: it is refused without asking the store."""
        claims, asked = self.claims(pair), self.requests()
        kind = TokenType.REFRESH if where == "refresh token" else TokenType.ACCESS
        forged = self.forger.mint(claims, kind)
        attempts: dict[str, Callable[[], object]] = {
            "access token": lambda: self._refreshed(forged, pair.refresh_token),
            "refresh token": lambda: self._refreshed(pair.access_token, forged),
            "sign-out": lambda: self._access(forged)}
        try:
            attempts[where]()
        except InvalidToken:
            assert self.requests() == asked, "a forged token cost a request of the store"
            return
        raise AssertionError("a forged token was taken")

    def _access(self, access_token: str) -> Access:
        return Access(self.tokens.verify(access_token, TokenType.ACCESS, CLIENT_ID,
                                         even_if_expired=True), None)

    def _refreshed(self, access_token: str, refresh_token: str) -> tuple[Session, IssuedTokens]:
        return self.sessions.refresh(self._access(access_token), refresh_token)

    def _learn(self, presented: int, answered: Claims) -> None:
        """Take in the claims of an answer to a refresh that presented this generation."""
        now = self.clock.now
        seen, newest = (self.generation, self.refreshed_at), (answered.generation,
                                                              answered.issued_at)
        assert newest == seen or answered.issued_at == now, "tokens of another time were minted"
        assert newest >= seen, "an older pair than the newest was answered"
        assert answered.generation in (presented, presented + 1), "a generation was skipped"
        if answered.generation > self.generation:
            assert answered.generation == self.generation + 1, "there are two live generations"
            assert presented == self.generation, "an older generation was rotated"
        elif presented == answered.generation and self._is_stale():
            self.first_used_at.setdefault(presented, now)
        self.generation, self.refreshed_at = newest
        assert not self._is_stale() or answered.expires_at == self.session.ends_at, (
            "the access token that was answered is due for another")

    def _is_stale(self) -> bool:
        """Whether the newest access token is due for another."""
        expires_at = min(self.refreshed_at + self.lifetimes.access_token_seconds,
                         self.session.ends_at)
        return self.clock.now >= expires_at - self.lifetimes.early_refresh_seconds

    def _look(self) -> None:
        """Find out from the store what its lost answers would have told."""
        item = self._stored()
        if item is None:
            self.ended = True
            return
        self.generation, self.refreshed_at = item.generation, item.refreshed_at
        if item.acknowledged_at is not None:
            self.first_used_at.setdefault(item.generation, item.acknowledged_at)

    def _stored(self) -> Session | None:
        return self.store.get(self.session.user_id, self.session.session_id)
