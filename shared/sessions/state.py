"""What a session is, and the one pure function that decides what a refresh does to it.

Instants are epoch seconds, lifetimes are seconds. Expired means `now >= expires_at`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from shared.tokens.proofs import Proof


class Proven(NamedTuple):
    """How a user has shown who they are (RFC 8176), and the level that this reaches (NIST
    SP 800-63B)."""

    amr: tuple[str, ...]
    acr: str


# A write that loses against another request is tried again on what the store has then. It loses
# only to a write that succeeded, so losing many times means that the store is not well.
MAX_LOOKS = 5
# In this order they are listed. `rec`, a recovery code, is ours; NIST calls it a saved recovery
# code, and RFC 8176 has no word for it.
METHODS = ("pwd", "otp", "rec", "hwk", "swk", "user")
# What a passkey proves: one key, and its user, whom it has verified.
PASSKEY_METHODS = frozenset({"hwk", "swk", "user"})


def proven_by(*methods: str) -> Proven:
    """Return what these methods prove together. A password and a second factor reach `aal2`, and so
    does a passkey that has verified its user (NIST SP 800-63B-4 section 2.2.1)."""
    amr = tuple(method for method in METHODS if method in methods)
    has_two = ("pwd" in amr and len(amr) > 1) or "user" in amr
    return Proven(amr, "aal2" if has_two else "aal1")


BY_PASSWORD = proven_by("pwd")


@dataclass(frozen=True, slots=True)
class Session:
    """One item of the store.

    `generation` counts rotations, from 0; `refreshed_at` is when the newest tokens of
    this generation were minted; `acknowledged_at` is when a token of this generation was
    first used, None until then; `ends_at` is fixed at sign-in and never slides. At
    `auth_time`, the user has last shown who they are, in the ways of `proven`. `address` and
    `device` are the caller's IP address and User-Agent as seen at sign-in.
    `roles` are a copy of those of the account at this `roles_version`, so that tokens are minted
    from the session alone. `jkt` is the thumbprint of the key to which the session is bound
    (RFC 9449), empty for a session of bearer tokens, and `proof_id` is of the proof of possession
    with which it was refreshed last. From `enrol_by` on, the session can only be used to enrol a
    second factor; None, unless the stage requires one and the user has none.
    """

    user_id: str
    session_id: str
    client_id: str
    generation: int
    created_at: int
    refreshed_at: int
    ends_at: int
    auth_time: int
    proven: Proven
    acknowledged_at: int | None = None
    address: str = ""
    device: str = ""
    roles: tuple[str, ...] = ()
    roles_version: int = 0
    jkt: str = ""
    proof_id: str = ""
    enrol_by: int | None = None

    def as_response(self) -> dict[str, object]:
        """Return what the owner of the session may see."""
        return {"id": self.session_id, "client_id": self.client_id,
                "created_at": self.created_at, "refreshed_at": self.refreshed_at,
                "address": self.address, "device": self.device}


@dataclass(frozen=True, slots=True)
class Written:
    """Whether a conditional write was applied, and the session after it (None: it is gone)."""

    applied: bool
    session: Session | None


class Decision(Enum):
    """What a refresh does: answer with the present pair, advance the generation, mint the pair of
    the same generation again with new lifetimes, end the session, refuse a proof that may have been
    used before, or refuse because the session has ended."""

    KEEP = auto()
    ROTATE = auto()
    RENEW = auto()
    REUSE = auto()
    REPLAY = auto()
    ENDED = auto()


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """How long tokens and sessions live on this stage."""

    access_token_seconds: int
    session_idle_seconds: int
    session_absolute_seconds: int
    early_refresh_seconds: int
    grace_seconds: int

    def access_expires_at(self, session: Session) -> int:
        return min(session.refreshed_at + self.access_token_seconds, session.ends_at)

    def refresh_expires_at(self, session: Session) -> int:
        return min(session.refreshed_at + self.session_idle_seconds, session.ends_at)

    def is_fresh(self, access_expires_at: int, now: int) -> bool:
        """Whether an access token with this expiry need not be replaced yet."""
        return now < access_expires_at - self.early_refresh_seconds

    def is_settled(self, session: Session, now: int) -> bool:
        """Whether the predecessor of this generation is spent."""
        return (session.acknowledged_at is not None
                and now > session.acknowledged_at + self.grace_seconds)

    def is_live(self, session: Session, now: int) -> bool:
        """Whether the session is within its idle and absolute lifetimes."""
        return now < self.refresh_expires_at(session)

    def is_over(self, session: Session, now: int) -> bool:
        """Whether the session has expired and no request that is under way can renew it."""
        return now >= self.refresh_expires_at(session) + self.grace_seconds


def decide(session: Session | None, generation: int, client_id: str, now: int,
           lifetimes: Lifetimes, proof: Proof | None = None) -> Decision:
    """Return what a refresh that presents `generation` does to `session` (None: no such item).

    A request of a session that is bound to a key has a `proof`. Whoever copies the request can send
    it again while the proof is young. That must not end the session, so a spent token ends it only
    if the proof was made after the token was spent, even by a clock that is a minute ahead.
    """
    if session is None or session.client_id != client_id or not lifetimes.is_live(session, now):
        return Decision.ENDED
    if proof is not None and proof.proof_id == session.proof_id:
        return Decision.REPLAY
    fresh = lifetimes.is_fresh(lifetimes.access_expires_at(session), now)
    settled = lifetimes.is_settled(session, now)
    if generation == session.generation:
        if fresh:
            return Decision.KEEP
        return Decision.ROTATE if settled else Decision.RENEW
    if generation == session.generation - 1 and not settled:
        return Decision.KEEP if fresh else Decision.RENEW
    if proof is not None and proof.made_after <= _spent_by(session, lifetimes):
        return Decision.REPLAY
    return Decision.REUSE


def _spent_by(session: Session, lifetimes: Lifetimes) -> int:
    """Return an instant by which every token that is spent now was spent."""
    acknowledged_at = session.acknowledged_at
    if acknowledged_at is None:
        return session.refreshed_at
    return max(session.refreshed_at, acknowledged_at + lifetimes.grace_seconds)
