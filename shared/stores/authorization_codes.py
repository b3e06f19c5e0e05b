"""Authorization codes, in the attempts table until they expire.

A code is taken once because the write that takes it is conditional, on all that it was made for.
`taken_by` names the write, by which a retry recognises its own first try.
"""

import uuid
from typing import Any

from shared.errors import InvalidAuthorizationCode
from shared.sessions.state import Proven
from shared.sign_in.authorization_codes import AuthorizationCode, Grant
from shared.stores.failures import ConditionFailed
from shared.stores.items import Value, words_entry, words_of
from shared.stores.table import Table


class DynamoCodeStore:
    """A shared.sign_in.authorization_codes.CodeStore. The table's key is Subject."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def put(self, digest: str, code: AuthorizationCode) -> None:
        item = _key(digest) | code.grant._asdict() | {
            "user_id": code.user_id, "session_id": code.session_id,
            **words_entry("amr", code.proven.amr), "acr": code.proven.acr,
            "auth_time": code.auth_time, "ends_at": code.ends_at,
            "password_version": code.password_version, "factors_id": code.factors_id,
            "expires_at": code.expires_at}
        try:
            self._table.put(item, "attribute_not_exists(#Subject)")
        except ConditionFailed as failure:
            # Codes are random, so an equal item can only be from this write's own first try.
            if failure.item != item:
                raise

    def take(self, digest: str, grant: Grant, now: int) -> AuthorizationCode:
        own = uuid.uuid4().hex
        as_made = " AND ".join(f"#{name} = :{name}" for name in Grant._fields)
        try:
            item = self._table.update(
                _key(digest), "SET #taken_by = :own",
                f"{as_made} AND #expires_at > :now AND attribute_not_exists(#taken_by)",
                own=own, now=now, **grant._asdict())
        except ConditionFailed as failure:
            item = failure.item or {}
            if item.get("taken_by") != own:
                raise _refusal(item, grant, now) from None
        return _code(item)


def _key(digest: str) -> dict[str, Value]:
    return {"Subject": f"code {digest}"}


def _code(item: dict[str, Any]) -> AuthorizationCode:
    return AuthorizationCode(
        item["user_id"], item["session_id"], _grant(item),
        Proven(words_of(item, "amr"), item["acr"]), item["auth_time"], item["ends_at"],
        item["password_version"], item["factors_id"], item["expires_at"])


def _grant(item: dict[str, Any]) -> Grant:
    return Grant(*(item[name] for name in Grant._fields))


def _refusal(item: dict[str, Any], grant: Grant, now: int) -> InvalidAuthorizationCode:
    """Return the refusal, whose text is for the log: the client learns none of it."""
    if not item:
        return InvalidAuthorizationCode("the code is unknown")
    wrong = [name for name in Grant._fields if item[name] != getattr(grant, name)]
    reason = (f"the {wrong[0]} is another one" if wrong else
              "the code has expired" if now >= item["expires_at"] else
              "the code was used before")
    return InvalidAuthorizationCode(reason, user_id=item["user_id"])
