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

from shared.wiring.passkey_services import PasskeyServices

if TYPE_CHECKING:
    from shared.account_pages.files import AccountPages
    from shared.accounts.app_enrolment import AppEnrolment
    from shared.accounts.deletion import Deletion
    from shared.accounts.email_change_requests import EmailChangeRequests
    from shared.accounts.email_changes import EmailChanges
    from shared.accounts.export import Export
    from shared.accounts.factor_removal import FactorRemoval
    from shared.accounts.password_changes import PasswordChanges
    from shared.accounts.registration import Accounts, Registration
    from shared.accounts.sign_up import SignUp
    from shared.accounts.verification import Verification
    from shared.settings import Settings


def wall_clock() -> int:
    """Return the epoch in whole seconds."""
    return int(time.time())


class Services(PasskeyServices):
    """Everything a handler may use. `now` returns epoch seconds."""

    def __init__(self, settings: Settings, now: Callable[[], int] = wall_clock) -> None:
        super().__init__(settings, now)

    @cached_property
    def account_pages(self) -> AccountPages:
        from shared.account_pages.files import AccountPages
        from shared.clients import ACCOUNT_PAGES
        chosen = self.settings
        return AccountPages({
            "clientId": ACCOUNT_PAGES, "name": chosen.service_name, "logo": chosen.logo_url,
            "passwordMinLength": chosen.password_min_length,
            "mail": chosen.mail_sender != "", "passkeys": chosen.passkey_rp_id != "",
            "verifiedEmail": chosen.require_verified_email})

    @cached_property
    def accounts(self) -> Accounts:
        from shared.accounts.registration import Accounts
        return Accounts(self.user_store)

    @cached_property
    def registration(self) -> Registration:
        from shared.accounts.registration import Registration
        return Registration(self.identity_store, self.passwords, self.now)

    @cached_property
    def sign_up(self) -> SignUp:
        if not self.settings.require_verified_email:
            from shared.accounts.sign_up import OpenSignUp
            return OpenSignUp(self.registration)
        from shared.accounts.quiet_sign_up import QuietSignUp
        return QuietSignUp(self.registration, self.mail_requests,
                           has_passkeys=self.settings.passkey_rp_id != "")

    @cached_property
    def password_changes(self) -> PasswordChanges:
        from shared.accounts.password_changes import PasswordChanges
        return PasswordChanges(self.identity_store, self.factor_store, self.passwords,
                               self.password_policy, self.user_proofs, self.freshness,
                               self.password_check.confirm, self.user_sessions, self.sign_in,
                               self.now)

    @cached_property
    def email_change_requests(self) -> EmailChangeRequests:
        from shared.accounts.email_change_requests import EmailChangeRequests
        return EmailChangeRequests(self.trusted_owners, self.mail_requests)

    @cached_property
    def email_changes(self) -> EmailChanges:
        from shared.accounts.email_changes import EmailChanges
        return EmailChanges(self.mailed_links, self.owners, self.identity_store,
                            self.user_sessions, self.step_up, self.notices, self.now)

    @cached_property
    def app_enrolment(self) -> AppEnrolment:
        from shared.accounts.app_enrolment import AppEnrolment
        return AppEnrolment(self.trusted_owners, self.factor_changes, self.factor_store,
                            self.sealer, self.second_factor, self.settings.service_name,
                            self.now)

    @cached_property
    def factor_removal(self) -> FactorRemoval:
        from shared.accounts.factor_removal import FactorRemoval
        return FactorRemoval(self.trusted_owners, self.factor_store, self.user_sessions,
                             self.settings.passkey_rp_id)

    @cached_property
    def verification(self) -> Verification:
        from shared.accounts.verification import Verification
        return Verification(self.mailed_links, self.identity_store, self.user_proofs,
                            self.password_check.rehash)

    @cached_property
    def export(self) -> Export:
        from shared.accounts.export import Export
        return Export(self.owners, self.factor_store, self.attempts, self.session_store)

    @cached_property
    def deletion(self) -> Deletion:
        from shared.accounts.deletion import Deletion
        return Deletion(self.user_store, self.identity_store, self.factor_store, self.attempts,
                        self.user_proofs, self.freshness, self.user_sessions)
