"""Everything that is held about one person, for that person (GDPR articles 15 and 20)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.identities import EMAIL_ADDRESS

if TYPE_CHECKING:
    from shared.accounts.registration import Accounts
    from shared.identities import Identity, IdentityStore
    from shared.sessions.lifecycle import SessionStore
    from shared.sign_in.attempts import Attempts


class Export:
    def __init__(self, accounts: Accounts, identities: IdentityStore, attempts: Attempts,
                 sessions: SessionStore) -> None:
        self._accounts, self._identities = accounts, identities
        self._attempts, self._sessions = attempts, sessions

    def of(self, user_id: str) -> dict[str, object]:
        """Return the person's data, or raise Unauthorized when the account is gone.

        The password hash is left out, because only a thief of the export could use it.
        """
        account = self._accounts.find(user_id)
        identity = self._identities.find(EMAIL_ADDRESS, account.email)
        held: dict[str, object] = {
            "account": {"id": account.user_id, "email": account.email,
                        "created_at": account.created_at},
            "failed_attempts": self._attempts.count(self._attempts.subject(account.email)),
            "sessions": [session.as_response() | {"expires_at": session.expires_at}
                         for session in self._sessions.every(user_id)],
        }
        if identity is not None:
            held["identity"] = _of_identity(identity)
        return held


def _of_identity(identity: Identity) -> dict[str, object]:
    held: dict[str, object] = {"email_verified": identity.verified}
    if identity.password is not None:
        held["password"] = {"hash": "bcrypt", "cost": identity.password.cost,
                            "changed_at": identity.password_changed_at}
    return held
