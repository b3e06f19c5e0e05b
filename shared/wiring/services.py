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

from shared.wiring.mail_services import MailServices

if TYPE_CHECKING:
    from shared.accounts.deletion import Deletion
    from shared.accounts.export import Export
    from shared.accounts.password_changes import PasswordChanges
    from shared.accounts.registration import Accounts, Registration
    from shared.accounts.sign_up import SignUp
    from shared.accounts.verification import Verification
    from shared.settings import Settings
    from shared.sign_in.attempts import Attempts
    from shared.sign_in.authentication import Authentication
    from shared.sign_in.password_check import PasswordCheck
    from shared.sign_in.password_policy import PasswordPolicy
    from shared.sign_in.password_sign_in import PasswordSignIn
    from shared.sign_in.passwords import Passwords
    from shared.sign_in.sign_in import SignIn
    from shared.sign_in.sources import Sources
    from shared.sign_in.user_proofs import UserProofs


def wall_clock() -> int:
    """Return the epoch in whole seconds."""
    return int(time.time())


def timestamp() -> str:
    """Return now in UTC, to the millisecond, as RFC 3339 writes it."""
    now = time.time()
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(now))}.{int(now % 1 * 1000):03}Z"


class Services(MailServices):
    """Everything a handler may use. `now` returns epoch seconds."""

    def __init__(self, settings: Settings, now: Callable[[], int] = wall_clock) -> None:
        super().__init__(settings, now)

    @cached_property
    def accounts(self) -> Accounts:
        from shared.accounts.registration import Accounts
        return Accounts(self.user_store)

    @cached_property
    def registration(self) -> Registration:
        from shared.accounts.registration import Registration
        return Registration(self.identity_store, self.passwords, self.now)

    @cached_property
    def authentication(self) -> Authentication:
        from shared.sign_in.authentication import Authentication
        return Authentication(self.identity_store, self.password_check, self.attempts,
                              self.sources, self.device_tokens,
                              self.settings.require_verified_email)

    @cached_property
    def user_proofs(self) -> UserProofs:
        from shared.sign_in.user_proofs import UserProofs
        return UserProofs(self.identity_store, self.password_check, self.attempts)

    @cached_property
    def password_check(self) -> PasswordCheck:
        from shared.sign_in.password_check import PasswordCheck
        return PasswordCheck(self.identity_store, self.passwords)

    @cached_property
    def sign_in(self) -> SignIn:
        from shared.sign_in.sign_in import SignIn
        return SignIn(self.user_store, self.sessions, self.user_sessions, self.device_tokens)

    @cached_property
    def password_sign_in(self) -> PasswordSignIn:
        from shared.sign_in.password_sign_in import PasswordSignIn
        return PasswordSignIn(self.authentication, self.sign_in, self.password_check.confirm)

    @cached_property
    def attempts(self) -> Attempts:
        from shared.sign_in.attempts import Attempts
        peppers = self.peppers
        return Attempts(self.attempt_store, lambda: peppers.newest().subject_key, self.now)

    @cached_property
    def sources(self) -> Sources:
        from shared.sign_in.sources import Sources
        return Sources(self.quotas, self.settings.source_failures, self.settings.source_sign_ups)

    @cached_property
    def sign_up(self) -> SignUp:
        if not self.settings.require_verified_email:
            from shared.accounts.sign_up import OpenSignUp
            return OpenSignUp(self.registration)
        from shared.accounts.quiet_sign_up import QuietSignUp
        return QuietSignUp(self.registration, self.mail_requests)

    @cached_property
    def password_changes(self) -> PasswordChanges:
        from shared.accounts.password_changes import PasswordChanges
        return PasswordChanges(self.identity_store, self.passwords, self.password_policy,
                               self.user_proofs, self.password_check.confirm,
                               self.user_sessions, self.sign_in, self.now)

    @cached_property
    def verification(self) -> Verification:
        from shared.accounts.verification import Verification
        return Verification(self.mailed_links, self.identity_store, self.user_proofs,
                            self.password_check.rehash, self.password_sign_in)

    @cached_property
    def export(self) -> Export:
        from shared.accounts.export import Export
        return Export(self.accounts, self.identity_store, self.attempts, self.session_store)

    @cached_property
    def deletion(self) -> Deletion:
        from shared.accounts.deletion import Deletion
        return Deletion(self.user_store, self.identity_store, self.attempts, self.user_proofs,
                        self.user_sessions)

    @cached_property
    def password_policy(self) -> PasswordPolicy:
        from shared.sign_in.password_policy import PasswordPolicy
        return PasswordPolicy(self.settings.password_min_length, self.settings.service_name)

    @cached_property
    def passwords(self) -> Passwords:
        from shared.sign_in.passwords import Passwords
        return Passwords(self.peppers, self.settings.bcrypt_cost)
