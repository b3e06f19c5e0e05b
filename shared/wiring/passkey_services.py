"""What passkeys are made of: the relying party, the options of ceremonies, and who may do what.

Like the services that use them, each is built at its first use, and imports what it needs
only then.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from shared.wiring.sign_in_services import SignInServices

if TYPE_CHECKING:
    from shared.accounts.passkey_enrolment import PasskeyEnrolment
    from shared.accounts.passkey_sign_up import PasskeySignUp
    from shared.factors.relying_party import RelyingParty
    from shared.sign_in.passkey_check import PasskeyCheck
    from shared.sign_in.passkey_options import PasskeyOptions
    from shared.sign_in.passkey_reauthentication import PasskeyReauthentication
    from shared.sign_in.passkey_sign_in import PasskeySignIn


class PasskeyServices(SignInServices):
    """The part of Services that knows passkeys."""

    @cached_property
    def relying_party(self) -> RelyingParty | None:
        from shared.factors.relying_party import relying_party
        chosen = self.settings
        return relying_party(chosen.passkey_rp_id, chosen.service_name, chosen.passkey_origins,
                             chosen.stage == "local")

    @cached_property
    def passkey_options(self) -> PasskeyOptions:
        from shared.sign_in.passkey_options import PasskeyOptions
        return PasskeyOptions(self.relying_party, self.ceremonies, self.tickets,
                              self.factor_store, self.owners, self.now)

    @cached_property
    def passkey_check(self) -> PasskeyCheck:
        from shared.sign_in.passkey_check import PasskeyCheck
        return PasskeyCheck(self.relying_party, self.factor_store, self.user_store, self.now)

    @cached_property
    def passkey_sign_in(self) -> PasskeySignIn:
        from shared.sign_in.passkey_sign_in import PasskeySignIn
        return PasskeySignIn(self.ceremonies, self.passkey_check, self.used_tickets, self.owners,
                             self.sign_in, self.settings.require_verified_email)

    @cached_property
    def passkey_reauthentication(self) -> PasskeyReauthentication:
        from shared.sign_in.passkey_reauthentication import PasskeyReauthentication
        return PasskeyReauthentication(self.ceremonies, self.passkey_check, self.step_up)

    @cached_property
    def passkey_enrolment(self) -> PasskeyEnrolment:
        from shared.accounts.passkey_enrolment import PasskeyEnrolment
        return PasskeyEnrolment(self.relying_party, self.ceremonies, self.trusted_owners,
                                self.factor_changes, self.factor_store, self.now)

    @cached_property
    def passkey_sign_up(self) -> PasskeySignUp:
        from shared.accounts.passkey_sign_up import PasskeySignUp
        return PasskeySignUp(self.relying_party, self.mailed_links, self.ceremonies,
                             self.used_tickets, self.factor_store, self.recovery_sets,
                             self.passkey_check, self.sign_in, self.now)
