"""Deletes an account with all that is held of it.

Sessions are swept before the account is deleted and once more after it, as with a change of the
password (`password_changes`). A sign-in under way has either stored its session before the second
sweep, or finds the identity gone and withdraws its session.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.errors import BadCredentials, NeedsPassword
from shared.identities import EMAIL_ADDRESS
from shared.sign_in.second_factor import of_codes_in_sessions, of_second_factor
from shared.sign_in.user_proofs import LINK, SESSION, of_user

if TYPE_CHECKING:
    from shared.callers import Assurance
    from shared.factors.factor_store import FactorStore
    from shared.identities import Account, Identity, IdentityStore, UserStore
    from shared.sessions.user_sessions import UserSessions
    from shared.sign_in.attempts import Attempts
    from shared.sign_in.reauthentication import Freshness
    from shared.sign_in.user_proofs import UserProofs


class Deletion:
    def __init__(self, users: UserStore, identities: IdentityStore, factors: FactorStore,
                 attempts: Attempts, proofs: UserProofs, freshness: Freshness,
                 user_sessions: UserSessions) -> None:
        self._users, self._identities, self._factors = users, identities, factors
        self._attempts, self._proofs, self._freshness = attempts, proofs, freshness
        self._user_sessions = user_sessions

    def delete(self, user_id: str, password: str, session_id: str, assurance: Assurance) -> None:
        """Delete the account, its identity, its second factors, its own attempts and its sessions,
        the session `session_id`, which has this `assurance`, last.

        The address is free again. The `password` is empty if the account has none.

        Raises ReauthenticationRequired, and TooManyAttempts or BadCredentials for the password. If
        another request has deleted the account before, or after the password was checked, that
        counts as success.
        """
        account = self._users.find(user_id)
        if account is not None:
            identity = (self._prove(account, password, session_id, assurance) if password else
                        self._without_password(account, session_id, assurance))
            self._user_sessions.end_all(user_id, session_id)
            # The count at the address is of strangers, and forgotten within a day. If it ended with
            # the account, it would tell them of it. That of the session was cleared by the proof.
            for counted in (of_user(LINK, user_id), of_second_factor(user_id),
                            of_codes_in_sessions(user_id)):
                self._attempts.clear(self._attempts.subject(counted))
            if not self._identities.delete(identity):
                raise BadCredentials
        # Before the identity, that would have left an account that nobody can sign in to.
        self._factors.delete_all(user_id)
        self._user_sessions.end_all(user_id, last_session_id=session_id)

    def _prove(self, account: Account, password: str, session_id: str, assurance: Assurance
               ) -> Identity:
        return self._proofs.prove(
            SESSION, account.user_id, account.email, password,
            lambda own: self._freshness.require_second_factor(own, session_id, assurance))

    def _without_password(self, account: Account, session_id: str, assurance: Assurance
                          ) -> Identity:
        identity = self._identities.find(EMAIL_ADDRESS, account.email)
        if identity is None or identity.user_id != account.user_id or identity.password:
            raise NeedsPassword
        self._freshness.require(identity, session_id, assurance)
        return identity
