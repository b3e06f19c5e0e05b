"""Give a person a role or take it away, while they sign in, refresh and sign out.

The account has the roles that count, and their version counts the changes. Each session has a copy
of both, from which its tokens are minted. After the account was written, its sessions are given
the same roles, unless they have those of a later version. So a write that comes late, of this
operator or of another, brings nothing back. A sign-in that has read the account before a change
either has its session stored when the change goes through the sessions, or finds the account
changed and withdraws it.
"""

from collections.abc import Callable
from typing import NamedTuple

from scripts.operating.roles import checked
from shared.errors import NotFound, Unavailable
from shared.identities import Account
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
        """Take a role away, from the sessions first: what ends half way leaves fewer rights, until
        another call gives the sessions what the account has. A session that is opened in between
        has the role."""
        def without(roles: Roles) -> Roles:
            return tuple(held for held in roles if held != role)

        for session in self._sessions.every(user_id):
            if role in session.roles:
                self._sessions.set_roles(session, without(session.roles), session.roles_version)
        return self._change(user_id, without)

    def _change(self, user_id: str, change: Change) -> Changed:
        changed = self._write(user_id, change)
        account = changed.account
        # Those that are over by this machine's clock may live on by that of the stage.
        for session in self._sessions.every(user_id):
            if (session.roles, session.roles_version) != (account.roles, account.roles_version):
                self._sessions.set_roles(session, account.roles, account.roles_version)
        return changed

    def _write(self, user_id: str, change: Change) -> Changed:
        """Change the roles of the account alone."""
        for _ in range(MAX_LOOKS):
            # A table of users that was restored from a backup is behind the sessions.
            latest = max((session.roles_version for session in self._sessions.every(user_id)),
                         default=0)
            seen = self._users.find(user_id)
            if seen is None:
                raise NotFound
            roles = change(seen.roles)
            if roles == seen.roles and latest <= seen.roles_version:
                return Changed(seen, is_new=False)
            version = max(latest, seen.roles_version) + 1
            if given := self._users.set_roles(seen, roles, version):
                return Changed(given, is_new=roles != seen.roles)
        raise Unavailable(f"lost {MAX_LOOKS} conditional writes in a row")
