"""The commands by which an operator grants and revokes a role, and what they say."""

import argparse

from scripts.checkout import Refused
from scripts.operating.person import acting_on_person
from scripts.operating.role_changes import Changed, RoleChanges
from scripts.operating.roles import BadRoles, checked, listed
from scripts.operating.terminal import printable
from scripts.operating.unfinished import unfinished
from shared.identities import Account
from shared.wiring.services import Services


def grant_role(arguments: argparse.Namespace) -> None:
    _change(arguments, "granted")


def revoke_role(arguments: argparse.Namespace) -> None:
    _change(arguments, "revoked")


def _change(arguments: argparse.Namespace, done: str) -> None:
    role = _role(arguments)
    with (acting_on_person(arguments, role=role) as (services, account),
          unfinished(arguments.action, "the account and its sessions may have different roles.")):
        _require_spelling(account, role)
        changes = _changes(services)
        try:
            changed = (changes.grant if done == "granted" else changes.revoke)(
                account.user_id, role)
        except BadRoles as error:
            raise Refused(str(error)) from error
    _tell(changed, role, done)


def _role(arguments: argparse.Namespace) -> str:
    """Return the role that was named, or raise Refused."""
    if not arguments.role:
        raise Refused("Name a role, as in `ROLE=analyst`.")
    try:
        [role] = checked([arguments.role])
    except BadRoles as error:
        raise Refused(str(error)) from error
    return role


def _require_spelling(account: Account, role: str) -> None:
    """Raise Refused if the person has the role only in another spelling. Whoever revokes a role in
    a hurry must not read that it is not there, and nobody means to grant it twice."""
    alike = [held for held in account.roles if held.lower() == role.lower()]
    if alike and role not in alike:
        raise Refused(f"Nothing was changed: the role is spelt {alike[0]}, and not {role}.")


def _changes(services: Services) -> RoleChanges:
    return RoleChanges(services.user_store, services.session_store)


def _tell(changed: Changed, role: str, done: str) -> None:
    if changed.is_new:
        print(f"{done.title()} {role}. The authorizer sees it when it looks next, and a token from "
              "its next refresh on.")
    else:
        print(f"{role} was {'already' if done == 'granted' else 'not'} among the roles; the "
              "sessions were gone through all the same.")
    print(f"Roles of {printable(changed.account.email)}: {listed(changed.account.roles)}.")
