"""Whether a session has shown of late who its user is, and the way to show it again.

What changes how an account is signed in to needs more than a session, which may be a stolen one:
a proof that is fresh, and of the level that the account has (OWASP ASVS 5.0, 7.5.1).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from shared.errors import ReauthenticationRequired
from shared.sign_in.user_proofs import SESSION

if TYPE_CHECKING:
    from shared.callers import Assurance
    from shared.factors.factor_store import FactorStore
    from shared.identities import Identity
    from shared.sessions.session_proofs import SessionProofs
    from shared.sessions.state import Session
    from shared.sessions.step_up import StepUp
    from shared.sessions.token_pairs import IssuedTokens
    from shared.sign_in.owners import Owners
    from shared.sign_in.second_factor import SecondFactor, TellSpent
    from shared.sign_in.user_proofs import UserProofs
    from shared.tokens.access_tokens import Access

FRESH_SECONDS = 600


class Freshness:
    """`rp_id` is the domain of passkeys, empty for none; `now` returns epoch seconds."""

    def __init__(self, factors: FactorStore, session_proofs: SessionProofs, rp_id: str,
                 now: Callable[[], int]) -> None:
        self._factors, self._session_proofs = factors, session_proofs
        self._rp_id, self._now = rp_id, now

    def require(self, identity: Identity, session_id: str, assurance: Assurance) -> None:
        """Raise ReauthenticationRequired unless the user of a session has shown who they are within
        FRESH_SECONDS, with a second factor if they have one; Unauthorized if the session has ended,
        which API Gateway may not know yet.

        `identity` was read before: so a change of the password either has ended the session by now,
        or comes later, and then the identity is not as it was read.
        """
        is_enough = assurance.acr == "aal2" or not identity.second_factor
        if not is_enough or self._now() >= assurance.auth_time + FRESH_SECONDS:
            raise self.refusal(identity)
        self._session_proofs.require_live(identity.user_id, session_id)

    def require_second_factor(self, identity: Identity, session_id: str, assurance: Assurance
                              ) -> None:
        """The same, for a request that has the password in it: that is fresh enough for a user
        without a second factor."""
        if identity.second_factor:
            self.require(identity, session_id, assurance)

    def refusal(self, identity: Identity) -> ReauthenticationRequired:
        """Return the refusal that says what the user can show."""
        kinds = (self._factors.find(identity.user_id).kinds(self._rp_id) if identity.second_factor
                 else ("password",))
        return ReauthenticationRequired(kinds, user_id=identity.user_id)


class Renewed(NamedTuple):
    """A session whose user has shown again who they are, and its newest pair."""

    session: Session
    issued: IssuedTokens


class Reauthentication:
    """Every method raises SessionEnded, Unauthorized, InvalidProof, TooManyAttempts,
    ReauthenticationRequired if the user has to show something else, or Unavailable."""

    def __init__(self, owners: Owners, proofs: UserProofs, second_factor: SecondFactor,
                 freshness: Freshness, step_up: StepUp) -> None:
        self._owners, self._proofs, self._second_factor = owners, proofs, second_factor
        self._freshness, self._step_up = freshness, step_up

    def by_password(self, access: Access, password: str) -> Renewed:
        """Raises BadCredentials."""
        session, identity = self._found(access, needs_code=False)
        self._proofs.prove(SESSION, identity.user_id, identity.name, password)
        return Renewed(*self._step_up.prove(access, session, "pwd"))

    def by_code(self, access: Access, code: str, tell: TellSpent) -> Renewed:
        """`tell` what was spent even if the session ends meanwhile. Raises InvalidCode."""
        session, identity = self._found(access, needs_code=True)
        spent = self._second_factor.spend_in_session(identity.user_id, code)
        tell(identity.name, spent.codes_left)
        return Renewed(*self._step_up.prove(access, session, spent.method))

    def _found(self, access: Access, needs_code: bool) -> tuple[Session, Identity]:
        """Return the live session and the identity of its user, who has a second factor or not."""
        session = self._step_up.session_of(access)
        identity = self._owners.find(session.user_id)
        if bool(identity.second_factor) is not needs_code:
            raise self._freshness.refusal(identity)
        return session, identity
