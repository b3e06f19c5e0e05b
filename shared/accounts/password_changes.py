"""Change or reset a password.

Sessions are swept before the change and once more after it. If the first sweep fails, nothing has
changed; if anything later fails, no session from before the first sweep is left beside the new
password, except the caller's own. A sign-in with the old password that is under way has either
stored its session before the second sweep, so that it is ended, or reads the identity after the
change and withdraws its session (`PasswordCheck.confirm`). Only one that is confirmed in the
moment between the first sweep and the change needs the second sweep, which a repeated request
does. The caller's own session ends last, once its successor can be answered: until then, its token
is what the caller needs to send the same request again, which recognises its own change.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from shared.errors import BadCredentials, InvalidLink
from shared.identities import EMAIL_ADDRESS
from shared.sessions.state import BY_PASSWORD, proven_by
from shared.sign_in.user_proofs import LINK, SESSION

if TYPE_CHECKING:
    from shared.callers import Assurance, Caller
    from shared.factors.factor_store import FactorStore
    from shared.factors.factors import Factors
    from shared.identities import Account, Identity, IdentityStore
    from shared.password_hash import PasswordHash
    from shared.sessions.user_sessions import UserSessions
    from shared.sign_in.password_policy import PasswordPolicy
    from shared.sign_in.passwords import Passwords
    from shared.sign_in.reauthentication import Freshness
    from shared.sign_in.sign_in import SignedIn, SignIn
    from shared.sign_in.user_proofs import UserProofs
    from shared.tokens.mail_tokens import MailClaims

# For how long the same request is taken for a retry of one that changed the password.
RETRY_SECONDS = 300
FIELD = "new_password"


class PasswordChanges:
    """`confirm` raises BadCredentials if the password of an identity has changed since it was
    read; `now` returns epoch seconds."""

    def __init__(self, identities: IdentityStore, factors: FactorStore, passwords: Passwords,
                 policy: PasswordPolicy, proofs: UserProofs, freshness: Freshness,
                 confirm: Callable[[Identity], None], user_sessions: UserSessions,
                 sign_in: SignIn, now: Callable[[], int]) -> None:
        self._identities, self._factors = identities, factors
        self._passwords, self._policy = passwords, policy
        self._prove, self._freshness, self._confirm = proofs.prove, freshness, confirm
        self._user_sessions, self._sign_in, self._now = user_sessions, sign_in, now

    def change(self, account: Account, current: str, new: str, session_id: str, caller: Caller,
               assurance: Assurance) -> SignedIn:
        """Change the password, end all sessions, and return a new one for the caller, whose own
        was `session_id`, with what this `assurance` says beside the password.

        Raises ReauthenticationRequired, TooManyAttempts or BadCredentials for the current password,
        WeakPassword, and AccountBlocked if operators have blocked the account meanwhile.
        """
        def prove(password: str) -> Identity:
            # Each time anew, because a second factor may be turned on in between.
            return self._prove(SESSION, account.user_id, account.email, password,
                               lambda own: self._freshness.require_second_factor(
                                   own, session_id, assurance))

        try:
            identity = prove(current)
        except BadCredentials:
            if not self._is_recent(self._identities.find(EMAIL_ADDRESS, account.email)):
                raise
            # If this is a retry of a change that succeeded, the new password is right by now. If
            # it is not a retry, it is another guess, and it is counted as one.
            changed = prove(new)
        else:
            self._policy.check(new, account.email, FIELD)
            # Hashing takes longest, and comes before the sweep: the shorter the time between
            # sweep and change, the fewer sessions can be opened in it.
            password = self._passwords.hash(new)
            self._user_sessions.end_all(account.user_id, session_id)
            # If another change came first, it may have been the same request, sent twice.
            changed = self._store(identity, password) or prove(new)
        # A second factor was shown then, and not now.
        proven, auth_time = ((proven_by(*assurance.amr, "pwd"), assurance.auth_time)
                             if changed.second_factor else (BY_PASSWORD, None))
        signed_in = self._sign_in.open(changed, proven, caller, lambda: self._confirm(changed),
                                       auth_time=auth_time)
        self._user_sessions.end_all(account.user_id, signed_in.session.session_id,
                                    last_session_id=session_id)
        return signed_in

    def reset(self, identity: Identity, link: MailClaims, new: str, tell: Callable[[], None]
              ) -> str:
        """Set the password by a link that was mailed, end all sessions, and return a device token
        for the device on which the link was followed.

        Following the link shows who owns the address, so it also verifies the address. Passkeys
        that were added before it was verified are removed; `tell` so. Raises
        InvalidLink when the password was changed since the link was mailed, WeakPassword, and
        TooManyAttempts when a used link is followed again and again.
        """
        if identity.password_version == link.password_version:
            self._policy.check(new, identity.name, FIELD)
            password = self._passwords.hash(new)
            self._user_sessions.end_all(identity.user_id)
            changed = self._store(identity, password, verifies=True, tell=tell)
        else:
            self._require_retry(identity, link)
            changed = None
        changed = changed or self._proven_by_link(identity, new)
        self._user_sessions.end_all(identity.user_id)
        return self._sign_in.device_token(changed)

    def _store(self, seen: Identity, password: PasswordHash, verifies: bool = False,
               tell: Callable[[], None] = lambda: None) -> Identity | None:
        """Return the identity with its new password, or None if another change came first. `tell`
        if passkeys were removed."""
        now = self._now()
        changed = replace(seen, password=password, password_version=seen.password_version + 1,
                          password_changed_at=now, verified=seen.verified or verifies)
        strangers = self._factors_of_strangers(seen) if verifies else None
        if strangers is None:
            is_done = self._identities.change_password(seen, password, now, verifies)
            return changed if is_done else None
        left = self._factors.start_over(strangers, seen, password, now)
        if left is None:
            return None
        tell()
        return replace(changed, second_factor=left)

    def _factors_of_strangers(self, identity: Identity) -> Factors | None:
        """Return the factors of an account if there are passkeys among them, and nobody has shown
        yet that its address is theirs: a stranger may have added them, and each signs in alone,
        whatever the password is."""
        if identity.verified or not identity.second_factor:
            return None
        factors = self._factors.find(identity.user_id)
        return factors if factors.passkeys else None

    def _require_retry(self, identity: Identity, link: MailClaims) -> None:
        """Raise InvalidLink unless this link was used lately."""
        if identity.password_version != link.password_version + 1 or not self._is_recent(identity):
            raise InvalidLink

    def _proven_by_link(self, identity: Identity, new: str) -> Identity:
        """Return the identity if a request like this one has set `new`, else raise InvalidLink."""
        try:
            # This is counted, so that a used link is no way to guess the password that it set.
            return self._prove(LINK, identity.user_id, identity.name, new)
        except BadCredentials as error:
            raise InvalidLink from error

    def _is_recent(self, identity: Identity | None) -> bool:
        """Whether the password was changed lately. Sign-up does not count as a change."""
        return (identity is not None and identity.password_version > 0
                and self._now() < identity.password_changed_at + RETRY_SECONDS)
