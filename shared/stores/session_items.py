"""What the item of a session says.

`expires_at`, the end of the newest refresh token, is for TTL alone, which deletes up to days late.
Code compares `ends_at` and `refreshed_at`.
"""

from typing import Any

from shared.sessions.state import Lifetimes, Proven, Session
from shared.stores.items import Value, words_entry, words_of


def new_item(session: Session, lifetimes: Lifetimes) -> dict[str, Value]:
    """Return the item of a session that nobody has used yet."""
    return key(session.user_id, session.session_id) | {
        "client_id": session.client_id, "generation": session.generation,
        "created_at": session.created_at, "refreshed_at": session.refreshed_at,
        "ends_at": session.ends_at, "expires_at": lifetimes.refresh_expires_at(session),
        "auth_time": session.auth_time, **words_entry("amr", session.proven.amr),
        "acr": session.proven.acr, "address": session.address, "device": session.device,
        **words_entry("roles", session.roles), "roles_version": session.roles_version,
        **({"jkt": session.jkt} if session.jkt else {}),
        **({} if session.enrol_by is None else {"enrol_by": session.enrol_by})}


def key(user_id: str, session_id: str) -> dict[str, Value]:
    return {"UserId": user_id, "SessionId": session_id}


def session_of(item: dict[str, Any] | None) -> Session | None:
    return None if item is None else present(item)


def present(item: dict[str, Any]) -> Session:
    return Session(
        user_id=item["UserId"], session_id=item["SessionId"], client_id=item["client_id"],
        generation=item["generation"], created_at=item["created_at"],
        refreshed_at=item["refreshed_at"], ends_at=item["ends_at"],
        auth_time=item["auth_time"], proven=Proven(words_of(item, "amr"), item["acr"]),
        acknowledged_at=item.get("acknowledged_at"), address=item["address"],
        device=item["device"], roles=words_of(item, "roles"),
        roles_version=item["roles_version"], jkt=item.get("jkt", ""),
        proof_id=item.get("proof", ""), enrol_by=item.get("enrol_by"))
