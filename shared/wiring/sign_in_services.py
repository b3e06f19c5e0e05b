"""What signing in is made of: passwords, second factors, their attempts, and what each ends with.

Like the services that use them, each is built at its first use, and imports what it needs
only then.
"""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING

from shared.wiring.mail_services import MailServices

if TYPE_CHECKING:
    from shared.accounts.factor_changes import FactorChanges
    from shared.factors.recovery_sets import RecoverySets
    from shared.factors.sealing import Sealer
    from shared.mail.links import MailedLinks
    from shared.sign_in.attempts import Attempts
    from shared.sign_in.authentication import Authentication
    from shared.sign_in.authorization_codes import AuthorizationCodes
    from shared.sign_in.breached_passwords import BreachedPasswords
    from shared.sign_in.code_sign_in import CodeSignIn
    from shared.sign_in.enrolment import Enrolment
    from shared.sign_in.owners import Owners
    from shared.sign_in.password_check import PasswordCheck
    from shared.sign_in.password_policy import PasswordPolicy
    from shared.sign_in.password_sign_in import PasswordSignIn
    from shared.sign_in.passwords import Passwords
    from shared.sign_in.reauthentication import Freshness, Reauthentication
    from shared.sign_in.second_factor import SecondFactor
    from shared.sign_in.second_step import SecondStep
    from shared.sign_in.sign_in import SignIn
    from shared.sign_in.sources import Sources
    from shared.sign_in.trusted_owners import TrustedOwners
    from shared.sign_in.used_tickets import UsedTickets
    from shared.sign_in.user_proofs import UserProofs


class SignInServices(MailServices):
    """The part of Services that says who somebody is."""

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
        return SignIn(self.user_store, self.sessions, self.user_sessions, self.device_tokens,
                      self.enrolment)

    @cached_property
    def enrolment(self) -> Enrolment | None:
        if not self.settings.require_second_factor:
            return None
        from shared.sign_in.enrolment import Enrolment
        return Enrolment(self.user_store, self.settings.enrolment_grace_seconds, self.now)

    @cached_property
    def password_sign_in(self) -> PasswordSignIn:
        from shared.sign_in.password_sign_in import PasswordSignIn
        return PasswordSignIn(self.authentication, self.sign_in, self.password_check.confirm,
                              self.second_step)

    @cached_property
    def second_step(self) -> SecondStep:
        from shared.sign_in.second_step import SecondStep
        return SecondStep(self.tickets, self.factor_store, self.second_factor, self.owners,
                          self.used_tickets, self.sign_in, self.password_check.confirm,
                          self.settings.passkey_rp_id, self.now)

    @cached_property
    def authorization_codes(self) -> AuthorizationCodes:
        from shared.sign_in.authorization_codes import AuthorizationCodes
        return AuthorizationCodes(self.code_store, self.client_store, self.owners,
                                  self.session_proofs, self.freshness, self.now)

    @cached_property
    def code_sign_in(self) -> CodeSignIn:
        from shared.sign_in.code_sign_in import CodeSignIn
        return CodeSignIn(self.code_store, self.owners, self.identity_store, self.session_proofs,
                          self.sign_in, self.now)

    @cached_property
    def used_tickets(self) -> UsedTickets:
        from shared.sign_in.used_tickets import UsedTickets
        return UsedTickets(self.quota_store)

    @cached_property
    def second_factor(self) -> SecondFactor:
        from shared.sign_in.second_factor import SecondFactor
        return SecondFactor(self.factor_store, self.sealer, self.attempts, self.now)

    @cached_property
    def sealer(self) -> Sealer:
        from shared.factors.sealing import Sealer
        return Sealer(self.peppers)

    @cached_property
    def recovery_sets(self) -> RecoverySets:
        from shared.factors.recovery_sets import RecoverySets
        return RecoverySets(self.sealer, self.now)

    @cached_property
    def factor_changes(self) -> FactorChanges:
        from shared.accounts.factor_changes import FactorChanges
        return FactorChanges(self.trusted_owners, self.factor_store, self.recovery_sets,
                             self.user_sessions, self.session_proofs)

    @cached_property
    def owners(self) -> Owners:
        from shared.sign_in.owners import Owners
        return Owners(self.user_store, self.identity_store)

    @cached_property
    def trusted_owners(self) -> TrustedOwners:
        from shared.sign_in.trusted_owners import TrustedOwners
        return TrustedOwners(self.owners, self.freshness)

    @cached_property
    def mailed_links(self) -> MailedLinks:
        from shared.mail.links import MailedLinks
        return MailedLinks(self.owners, self.mail_tokens if self.settings.mail_sender else None)

    @cached_property
    def freshness(self) -> Freshness:
        from shared.sign_in.reauthentication import Freshness
        return Freshness(self.factor_store, self.session_proofs, self.settings.passkey_rp_id,
                         self.now)

    @cached_property
    def reauthentication(self) -> Reauthentication:
        from shared.sign_in.reauthentication import Reauthentication
        return Reauthentication(self.owners, self.user_proofs, self.second_factor,
                                self.freshness, self.step_up)

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
    def password_policy(self) -> PasswordPolicy:
        from shared.sign_in.password_policy import PasswordPolicy
        return PasswordPolicy(self.settings.password_min_length, self.settings.service_name,
                              self.breached_passwords)

    @cached_property
    def breached_passwords(self) -> BreachedPasswords | None:
        if self.settings.breached_passwords == "none":
            return None
        from shared.sign_in.breached_passwords import BreachedPasswords
        from shared.wiring.log_lines import warn
        return BreachedPasswords(self.password_ranges, partial(warn, "breach_check_skipped"))

    @cached_property
    def passwords(self) -> Passwords:
        from shared.sign_in.passwords import Passwords
        return Passwords(self.peppers, self.settings.bcrypt_cost)
