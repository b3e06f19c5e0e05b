"""What the sessions are kept in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from shared.sessions.state import Lifetimes, Proven, Session, Written
    from shared.tokens.session_tokens import Claims


class SessionStore(Protocol):
    """Every method raises Unavailable when the store cannot answer."""

    def put(self, session: Session, lifetimes: Lifetimes) -> None: ...
    def get(self, user_id: str, session_id: str) -> Session | None: ...

    def rotate(self, claims: Claims, now: int, lifetimes: Lifetimes,
               proof_id: str = "") -> Written: ...

    def renew(self, seen: Session, now: int, lifetimes: Lifetimes, acknowledge: bool,
              proof_id: str = "") -> Written: ...

    def prove(self, seen: Session, proven: Proven, now: int, lifetimes: Lifetimes,
              acknowledge: bool, proof_id: str = "") -> Written: ...

    def acknowledge(self, seen: Session, now: int) -> None: ...
    def delete(self, user_id: str, session_id: str) -> bool: ...
    def delete_many(self, user_id: str, session_ids: list[str]) -> None: ...
    def every(self, user_id: str) -> list[Session]: ...
