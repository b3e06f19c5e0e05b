"""The sessions table: a session is one item, and every change is one conditional write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.sessions.state import Lifetimes, Proven, Session, Written
from shared.stores.failures import ConditionFailed
from shared.stores.items import Value, words_update
from shared.stores.session_items import key, new_item, present, session_of
from shared.stores.table import Table

if TYPE_CHECKING:
    from shared.tokens.session_tokens import Claims

AS_SEEN = "#generation = :generation AND #refreshed_at = :refreshed_at"


class DynamoSessionStore:
    """A shared.sessions.session_store.SessionStore. The table's key is UserId + SessionId."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def put(self, session: Session, lifetimes: Lifetimes) -> None:
        """Store a new session, once.

        It is a transaction for the token that the SDK sends with each try of it: a try that comes
        when the session has ended would find no item and would bring the session back. DynamoDB
        remembers the token for ten minutes, and AWS refuses a request signed over five minutes ago.
        """
        item = new_item(session, lifetimes)
        try:
            self._table.transact(self._table.put_entry(item, "attribute_not_exists(#SessionId)"))
        except ConditionFailed as failure:
            # Session ids are random, so an equal item can only be from this write's own first
            # try.
            if failure.item != item:
                raise

    def get(self, user_id: str, session_id: str) -> Session | None:
        return session_of(self._table.get(key(user_id, session_id)))

    def every(self, user_id: str) -> list[Session]:
        """Return all sessions of a person that TTL has not swept, expired ones among them."""
        return [present(item) for item in self._table.query("UserId", user_id)]

    def rotate(self, claims: Claims, now: int, lifetimes: Lifetimes, proof_id: str = ""
               ) -> Written:
        """Advance the generation if `claims` are of the present one, it is stale and settled, and
        the last refresh was not made with this proof (empty in a session of bearer tokens)."""
        unused = "attribute_not_exists(#proof) OR #proof <> :proof"
        return self._write(
            claims.user_id, claims.session_id,
            "SET #generation = :next, #refreshed_at = :now, #expires_at = :expires_at"
            f"{_remembering(proof_id)} REMOVE #acknowledged_at",
            "#client_id = :client_id AND #generation = :generation AND #ends_at > :now"
            " AND #refreshed_at > :idle_since"
            " AND (#refreshed_at <= :stale_since OR #ends_at <= :stale_until)"
            " AND #acknowledged_at < :settled_before"
            + (f" AND ({unused})" if proof_id else ""),
            proof_id, client_id=claims.client_id, generation=claims.generation,
            next=claims.generation + 1, now=now,
            expires_at=min(now + lifetimes.session_idle_seconds, claims.ends_at),
            idle_since=now - lifetimes.session_idle_seconds,
            stale_since=now - lifetimes.access_token_seconds + lifetimes.early_refresh_seconds,
            stale_until=now + lifetimes.early_refresh_seconds,
            settled_before=now - lifetimes.grace_seconds)

    def renew(self, seen: Session, now: int, lifetimes: Lifetimes, acknowledge: bool,
              proof_id: str = "") -> Written:
        """Start the lifetime of the present generation again, if the item is still as `seen`."""
        return self._renew(seen, now, lifetimes, acknowledge, proof_id)

    def prove(self, seen: Session, proven: Proven, now: int, lifetimes: Lifetimes,
              acknowledge: bool, proof_id: str = "") -> Written:
        """Renew, and record what the user has proven, if the item is still as `seen`."""
        enrolled = " REMOVE #enrol_by" if len(proven.amr) > 1 else ""
        written = self._renew(
            seen, now, lifetimes, acknowledge, proof_id,
            f", #auth_time = :shown_at, #amr = :amr, #acr = :acr{enrolled}",
            " AND #auth_time = :auth_time AND #amr = :amr_seen", shown_at=now,
            auth_time=seen.auth_time, amr_seen=" ".join(seen.proven.amr),
            amr=" ".join(proven.amr), acr=proven.acr)
        found = written.session
        # A write that did the same, such as the first try of this one, counts as this one.
        is_done = found is not None and found.generation == seen.generation and (
            found.auth_time, found.refreshed_at, found.proven) == (
                now, max(now, seen.refreshed_at), proven)
        return Written(written.applied or is_done, found)

    def _renew(self, seen: Session, now: int, lifetimes: Lifetimes, acknowledge: bool,
               proof_id: str, update: str = "", condition: str = "", **values: Value) -> Written:
        # The clock that renewed last may be ahead, and the newest tokens hold until then.
        now = max(now, seen.refreshed_at)
        acknowledged = ", #acknowledged_at = if_not_exists(#acknowledged_at, :now)"
        return self._write(
            seen.user_id, seen.session_id,
            "SET #refreshed_at = :now, #expires_at = :expires_at"
            + (acknowledged if acknowledge else "") + _remembering(proof_id) + update,
            AS_SEEN + condition, proof_id, now=now,
            expires_at=min(now + lifetimes.session_idle_seconds, seen.ends_at),
            generation=seen.generation, refreshed_at=seen.refreshed_at, **values)

    def acknowledge(self, seen: Session, now: int) -> None:
        """Record the first use of the generation in `seen`, unless it was recorded or has ended."""
        self._write(seen.user_id, seen.session_id, "SET #acknowledged_at = :now",
                    "#generation = :generation AND attribute_not_exists(#acknowledged_at)",
                    now=now, generation=seen.generation)

    def set_roles(self, seen: Session, roles: tuple[str, ...], version: int) -> None:
        """Give the session the roles of this version, unless it has those of a later one or has
        ended; for the operators' tool. Nothing else changes."""
        update, values = words_update("roles", roles)
        self._write(seen.user_id, seen.session_id, update, "#roles_version <= :version", "",
                    version=version, **values)

    def delete(self, user_id: str, session_id: str) -> bool:
        """Delete the session; return False if there was none."""
        try:
            self._table.delete(key(user_id, session_id), "attribute_exists(#SessionId)")
        except ConditionFailed as failure:
            return failure.retried
        return True

    def delete_many(self, user_id: str, session_ids: list[str]) -> None:
        """Delete these sessions in this order, those that are there."""
        self._table.delete_many([key(user_id, session_id) for session_id in session_ids])

    def _write(self, user_id: str, session_id: str, update: str, condition: str,
               proof_id: str = "", **values: Value) -> Written:
        if proof_id:
            values["proof"] = proof_id
        try:
            item = self._table.update(key(user_id, session_id), update, condition, **values)
        except ConditionFailed as failure:
            found = session_of(failure.item)
            # What has this request's proof and instant was written by the first try of it. A proof
            # alone may have been copied, and sent again later.
            is_ours = bool(failure.retried and found and proof_id and found.proof_id == proof_id
                           and found.refreshed_at == values["now"])
            return Written(is_ours, found)
        return Written(True, session_of(item))


def _remembering(proof_id: str) -> str:
    """Return what an update adds to remember a proof, nothing where there is none."""
    return ", #proof = :proof" if proof_id else ""
