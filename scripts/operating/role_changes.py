"""Give a person a role or take it away, while they sign in, refresh and sign out.

The account has the roles that count, and each session a copy, from which its tokens are minted.
After the account was written, its sessions are given the same roles. Then it is read again, and if
another operator has changed it meanwhile, its sessions are given what it has now. Whoever gave a
session older roles sees so, and of two operators at once the last state of the account is that of
all sessions. A sign-in that has read the account before a change either has its session stored when
the change goes through them, or finds the account changed and withdraws it.

One limit remains. A write to a session whose answer is lost is sent again, and its first try may
arrive up to five minutes later. If the same role was given and taken, or taken and given, in that
time, the session has it wrongly until the next command for this person.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from scripts.operating.roles import checked
from shared.errors import NotFound, Unavailable
from shared.identities import Account
from shared.sessions.state import Session
from shared.stores.sessions import DynamoSessionStore
from shared.stores.users import DynamoUserStore

# A write loses only to another operator's, so losing many times means that something is wrong.
MAX_LOOKS = 5
Roles = tuple[str, ...]
Change = Callable[[Roles], Roles]


class Changed(NamedTuple):
    """The account with its roles now, and whether it had others before."""

    account: Account
    is_new: bool


class RoleChanges:
    """What ends half way is finished by the same call again. Every method raises NotFound if the
    account is gone, and Unavailable when a store cannot answer."""

    def __init__(self, users: DynamoUserStore, sessions: DynamoSessionStore) -> None:
        self._users, self._sessions = users, sessions

    def grant(self, user_id: str, role: str) -> Changed:
        """Give a role, also to the sessions if the account has it already. Raises BadRoles."""
        return self._change(user_id, lambda roles: checked([*roles, role]))

    def revoke(self, user_id: str, role: str) -> Changed:
        """Take a role away, from the sessions first: what ends half way leaves fewer rights."""
        def without(roles: Roles) -> Roles:
            return tuple(held for held in roles if held != role)

        self._sweep(user_id, without)
        return self._change(user_id, without)

    def _change(self, user_id: str, change: Change) -> Changed:
        changed = self._write(user_id, change)
        account = changed.account
        for _ in range(MAX_LOOKS):
            self._sweep(user_id, _to(account.roles))
            seen = self._find(user_id)
            if seen.roles == account.roles:
                return changed._replace(account=seen)
            account = seen
        raise Unavailable(f"the roles changed {MAX_LOOKS} times meanwhile")

    def _write(self, user_id: str, change: Change) -> Changed:
        """Change the roles of the account alone."""
        for _ in range(MAX_LOOKS):
            seen = self._find(user_id)
            roles = change(seen.roles)
            if roles == seen.roles:
                return Changed(seen, is_new=False)
            if self._users.set_roles(seen, roles):
                return Changed(replace(seen, roles=roles), is_new=True)
        raise Unavailable(f"lost {MAX_LOOKS} conditional writes in a row")

    def _find(self, user_id: str) -> Account:
        account = self._users.find(user_id)
        if account is None:
            raise NotFound
        return account

    def _sweep(self, user_id: str, change: Change) -> None:
        """Change the roles of all sessions. Those that are over by this machine's clock may live on
        by that of the stage."""
        for session in self._sessions.every(user_id):
            self._give(session, change)

    def _give(self, session: Session | None, change: Change) -> None:
        for _ in range(MAX_LOOKS):
            if session is None or change(session.roles) == session.roles:
                return
            session = self._sessions.set_roles(session, change(session.roles)).session
        raise Unavailable(f"lost {MAX_LOOKS} conditional writes in a row")


def _to(roles: Roles) -> Change:
    return lambda _held: roles
