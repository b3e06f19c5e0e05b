"""Everything that is held about one person, for that person (GDPR articles 15 and 20)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.sign_in.second_factor import of_codes_in_sessions, of_second_factor
from shared.sign_in.user_proofs import LINK, SESSION, of_user

if TYPE_CHECKING:
    from shared.factors.factor_store import FactorStore
    from shared.identities import Identity
    from shared.sessions.session_store import SessionStore
    from shared.sessions.state import Session
    from shared.sign_in.attempts import Attempts
    from shared.sign_in.owners import Owners


class Export:
    """What is left out, and why, is in tests/shared/accounts/test_export.py, attribute by
    attribute."""

    def __init__(self, owners: Owners, factors: FactorStore, attempts: Attempts,
                 sessions: SessionStore) -> None:
        self._owners, self._factors = owners, factors
        self._attempts, self._sessions = attempts, sessions

    def of(self, user_id: str) -> dict[str, object]:
        """Return the person's data, or raise Unauthorized when the account is gone.

        The password hash is left out, because only a thief of the export could use it.
        """
        account, identity = self._owners.find_with_account(user_id)
        return {
            "account": {"id": account.user_id, "email": account.email,
                        "created_at": account.created_at, "roles": list(account.roles)},
            "identity": _of_identity(identity),
            "attempts": {"sign_in": self._attempts_of(account.email),
                         "within_sessions": self._attempts_of(of_user(SESSION, user_id)),
                         "by_links": self._attempts_of(of_user(LINK, user_id)),
                         "second_factor": self._attempts_of(of_second_factor(user_id)),
                         "codes_in_sessions": self._attempts_of(of_codes_in_sessions(user_id))},
            "factors": self._factors.find(user_id).as_response(),
            "sessions": [_of_session(session) for session in self._sessions.every(user_id)],
        }

    def _attempts_of(self, counted: str) -> dict[str, int] | None:
        tally = self._attempts.find(self._attempts.subject(counted))
        if tally is None:
            return None
        return {"blocked_until": tally.blocked_until, "expires_at": tally.expires_at}


def _of_session(session: Session) -> dict[str, object]:
    return session.as_response() | {
        "generation": session.generation, "acknowledged_at": session.acknowledged_at,
        "ends_at": session.ends_at, "auth_time": session.auth_time,
        "amr": session.proven.amr, "acr": session.proven.acr}


def _of_identity(identity: Identity) -> dict[str, object]:
    held: dict[str, object] = {"kind": identity.kind, "name": identity.name,
                               "email_verified": identity.verified,
                               "second_factor": bool(identity.second_factor)}
    if identity.password is not None:
        held["password"] = {
            "hash": "bcrypt", "cost": identity.password.cost,
            "pepper_id": identity.password.pepper_id, "version": identity.password_version,
            "changed_at": identity.password_changed_at}
    return held
