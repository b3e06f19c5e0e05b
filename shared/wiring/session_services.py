"""What sessions are made of: the state machine over its store, tokens, and client applications.

Like the services that use them, each is built at its first use, and imports what it needs
only then.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from shared.wiring.adapters import Adapters

if TYPE_CHECKING:
    from shared.clients import Clients
    from shared.sessions.lifecycle import Sessions
    from shared.sessions.session_proofs import SessionProofs
    from shared.sessions.state import Lifetimes
    from shared.sessions.step_up import StepUp
    from shared.sessions.user_sessions import UserSessions
    from shared.tokens.access_tokens import AccessTokens
    from shared.tokens.ceremonies import Ceremonies
    from shared.tokens.device_tokens import DeviceTokens
    from shared.tokens.jws import Jws
    from shared.tokens.session_tokens import Tokens
    from shared.tokens.tickets import Tickets


class SessionServices(Adapters):
    """The part of Services that knows no account."""

    @cached_property
    def sessions(self) -> Sessions:
        from shared.sessions.lifecycle import Sessions
        return Sessions(self.session_store, self.tokens, self.lifetimes, self.now)

    @cached_property
    def session_proofs(self) -> SessionProofs:
        from shared.sessions.session_proofs import SessionProofs
        return SessionProofs(self.session_store, self.lifetimes, self.now)

    @cached_property
    def step_up(self) -> StepUp:
        from shared.sessions.step_up import StepUp
        return StepUp(self.session_store, self.tokens, self.lifetimes, self.now)

    @cached_property
    def user_sessions(self) -> UserSessions:
        from shared.sessions.user_sessions import UserSessions
        return UserSessions(self.session_store, self.lifetimes, self.settings.max_sessions,
                            self.now)

    @cached_property
    def lifetimes(self) -> Lifetimes:
        from shared.sessions.state import Lifetimes
        chosen = self.settings
        return Lifetimes(chosen.access_token_seconds, chosen.session_idle_seconds,
                         chosen.session_absolute_seconds, chosen.early_refresh_seconds,
                         chosen.grace_seconds)

    @cached_property
    def tokens(self) -> Tokens:
        from shared.tokens.session_tokens import Tokens
        return Tokens(self.settings.issuers, self.jws, self.now)

    @cached_property
    def access_tokens(self) -> AccessTokens:
        from shared.tokens.access_tokens import AccessTokens
        from shared.tokens.proofs import Proofs
        return AccessTokens(self.tokens, Proofs(self.now),
                            binds=self.settings.authorizer_cache_seconds == 0)

    @cached_property
    def device_tokens(self) -> DeviceTokens:
        from shared.tokens.device_tokens import DeviceTokens
        return DeviceTokens(self.settings.issuers, self.jws, self.now)

    @cached_property
    def tickets(self) -> Tickets:
        from shared.tokens.tickets import Tickets
        return Tickets(self.settings.issuers, self.jws, self.now)

    @cached_property
    def ceremonies(self) -> Ceremonies:
        from shared.tokens.ceremonies import Ceremonies
        return Ceremonies(self.settings.issuers, self.jws, self.now)

    @cached_property
    def jws(self) -> Jws:
        from shared.tokens.jws import Jws
        return Jws(self.signing_keys)

    @cached_property
    def clients(self) -> Clients:
        """Asks the store each time: API Gateway caches the answer of clientIdAuthorizer."""
        return self._clients(remember_seconds=0)

    @cached_property
    def remembered_clients(self) -> Clients:
        """For the access-token authorizer, whose answer is not cached. It remembers a client for
        as long as API Gateway caches the answer of clientIdAuthorizer."""
        return self._clients(remember_seconds=300)

    def _clients(self, remember_seconds: int) -> Clients:
        from shared.clients import Clients
        return Clients(self.client_store, self.now, remember_seconds)
