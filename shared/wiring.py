"""The composition root: clock, adapters and services, built once a process.

Production and tests build the same Services. Each member imports what it needs where
it is built, so that a function loads, and its package holds, only what it uses; a
handler names those members in its call of `api_gateway.endpoint`. On Lambda they are
built during init, ahead of the first request.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from shared.adapters import Adapters

if TYPE_CHECKING:
    from shared.account_changes import Departure, PasswordChanges
    from shared.accounts import Accounts, Authentication, Registration, Verification
    from shared.attempts import Attempts
    from shared.clients import Clients
    from shared.dossier import Dossier
    from shared.jws import Jws
    from shared.mailed_links import MailedLinks
    from shared.pace import Pace
    from shared.password_policy import PasswordPolicy
    from shared.passwords import Passwords
    from shared.roster import Roster
    from shared.session_state import Lifetimes
    from shared.sessions import Sessions
    from shared.settings import Settings
    from shared.sign_up import SignUp
    from shared.tokens import Tokens


def wall_clock() -> int:
    """Return the epoch in whole seconds."""
    return int(time.time())


class Services(Adapters):
    """Everything a handler may use. `now` returns epoch seconds, `pause` waits for seconds."""

    def __init__(self, settings: Settings, now: Callable[[], int] = wall_clock,
                 pause: Callable[[float], None] = time.sleep) -> None:
        super().__init__(settings, now)
        self._pause = pause

    @cached_property
    def accounts(self) -> Accounts:
        from shared.accounts import Accounts
        return Accounts(self.users)

    @cached_property
    def registration(self) -> Registration:
        from shared.accounts import Registration
        return Registration(self.identities, self.passwords, self.now)

    @cached_property
    def authentication(self) -> Authentication:
        from shared.accounts import Authentication
        return Authentication(self.identities, self.passwords, self.attempts,
                              self.settings.require_verified_email)

    @cached_property
    def attempts(self) -> Attempts:
        from shared.attempts import Attempts
        from shared.stores.attempts import DynamoAttemptStore
        peppers = self.peppers
        return Attempts(DynamoAttemptStore(self._table(self.settings.attempts_table)),
                        lambda: peppers.newest().subject_key, self.now)

    @cached_property
    def sign_up(self) -> SignUp:
        if not self.settings.require_verified_email:
            from shared.sign_up import OpenSignUp
            return OpenSignUp(self.registration)
        from shared.quiet_sign_up import QuietSignUp
        return QuietSignUp(self.registration, self.mailed_links, self.pace)

    @cached_property
    def password_changes(self) -> PasswordChanges:
        from shared.account_changes import PasswordChanges
        return PasswordChanges(self.identities, self.passwords, self.authentication, self.roster,
                               self.now)

    @cached_property
    def verification(self) -> Verification:
        from shared.accounts import Verification
        return Verification(self.identities)

    @cached_property
    def dossier(self) -> Dossier:
        from shared.dossier import Dossier
        return Dossier(self.accounts, self.identities, self.attempts, self.session_store)

    @cached_property
    def departure(self) -> Departure:
        from shared.account_changes import Departure
        return Departure(self.users, self.identities, self.authentication, self.roster)

    @cached_property
    def mailed_links(self) -> MailedLinks:
        from shared.mail_tokens import MailTokens
        from shared.mailed_links import Letterhead, MailedLinks
        chosen = self.settings
        return MailedLinks(self.users, self.identities, self.attempts,
                           MailTokens(chosen.token_issuer, self.jws, self.now), self.mailer,
                           Letterhead(chosen.service_name, chosen.mail_link_url))

    @cached_property
    def pace(self) -> Pace:
        from shared.pace import Pace
        return Pace(time.monotonic, self._pause)

    @cached_property
    def password_policy(self) -> PasswordPolicy:
        from shared.password_policy import PasswordPolicy
        return PasswordPolicy(self.settings.password_min_length, self.settings.service_name)

    @cached_property
    def passwords(self) -> Passwords:
        from shared.passwords import Passwords
        return Passwords(self.peppers, self.settings.bcrypt_cost)

    @cached_property
    def sessions(self) -> Sessions:
        from shared.sessions import Sessions
        return Sessions(self.session_store, self.tokens, self.lifetimes, self.now)

    @cached_property
    def roster(self) -> Roster:
        from shared.roster import Roster
        return Roster(self.session_store, self.lifetimes, self.settings.max_sessions, self.now)

    @cached_property
    def lifetimes(self) -> Lifetimes:
        from shared.session_state import Lifetimes
        chosen = self.settings
        return Lifetimes(chosen.access_token_seconds, chosen.session_idle_seconds,
                         chosen.session_absolute_seconds, chosen.early_refresh_seconds,
                         chosen.grace_seconds)

    @cached_property
    def tokens(self) -> Tokens:
        from shared.tokens import Tokens
        return Tokens(self.settings.token_issuer, self.jws, self.now)

    @cached_property
    def jws(self) -> Jws:
        from shared.jws import Jws
        return Jws(self.signing_keys)

    @cached_property
    def clients(self) -> Clients:
        """Asks the store each time: API Gateway caches the answer of clientIdAuthorizer."""
        return self._clients(remember_seconds=0)

    @cached_property
    def remembered_clients(self) -> Clients:
        """For the access-token authorizer, whose answer is not cached: the same bound as
        the cache of the other one."""
        return self._clients(remember_seconds=300)

    def _clients(self, remember_seconds: int) -> Clients:
        from shared.clients import Clients
        from shared.stores.clients import DynamoClientStore
        return Clients(DynamoClientStore(self._table(self.settings.clients_table)), self.now,
                       remember_seconds)
