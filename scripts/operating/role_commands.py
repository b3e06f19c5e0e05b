"""The commands by which an operator grants and revokes a role, and what they say."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager

from scripts.checkout import Refused
from scripts.delivery import aws
from scripts.deployed_stage import reason
from scripts.operating.person import find_person
from scripts.operating.role_changes import Changed, RoleChanges
from scripts.operating.roles import BadRoles, checked, listed
from scripts.operating.terminal import printable
from shared.errors import NotFound, Unavailable
from shared.identities import Account
from shared.wiring.services import Services


def grant_role(arguments: argparse.Namespace) -> None:
    services, account, role = _found(arguments)
    with _unfinished(arguments):
        changed = _changes(services).grant(account.user_id, role)
    _tell(changed, role, "granted")


def revoke_role(arguments: argparse.Namespace) -> None:
    services, account, role = _found(arguments)
    with _unfinished(arguments):
        changed = _changes(services).revoke(account.user_id, role)
    _tell(changed, role, "revoked")


def _found(arguments: argparse.Namespace) -> tuple[Services, Account, str]:
    """Return the services of the stage, the account, and the role that were named. Raises
    Refused."""
    if not arguments.role:
        raise Refused("Name a role, as in `ROLE=analyst`.")
    try:
        [role] = checked([arguments.role])
    except BadRoles as error:
        raise Refused(str(error)) from error
    services, account = find_person(arguments)
    _require_spelling(account, role)
    return services, account, role


def _require_spelling(account: Account, role: str) -> None:
    """Raise Refused if the person has the role only in another spelling. Whoever revokes a role in
    a hurry must not read that it is not there, and nobody means to grant it twice."""
    alike = [held for held in account.roles if held.lower() == role.lower()]
    if alike and role not in alike:
        raise Refused(f"Nothing was changed: the role is spelt {alike[0]}, and not {role}.")


def _changes(services: Services) -> RoleChanges:
    return RoleChanges(services.user_store, services.session_store)


@contextmanager
def _unfinished(arguments: argparse.Namespace) -> Iterator[None]:
    """Say of what breaks off half way that it has to be typed again."""
    try:
        yield
    except BadRoles as error:
        raise Refused(str(error)) from error
    except NotFound as error:
        raise Refused("The account was deleted meanwhile.") from error
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f"Interrupted. {_again(arguments)}") from None
    except Unavailable as failure:
        raise Refused(f"AWS did not answer, or not now ({failure.__cause__ or failure}). "
                      f"{_again(arguments)}") from failure
    except aws.FAILURES as failure:
        raise Refused(f"{reason(failure)} {_again(arguments)}") from failure


def _again(arguments: argparse.Namespace) -> str:
    return (f"{arguments.action} is not finished: the account and its sessions may have different "
            "roles. Run the same command again.")


def _tell(changed: Changed, role: str, done: str) -> None:
    if changed.is_new:
        print(f"{done.title()} {role}. The authorizer sees it when it looks next, and a token from "
              "its next refresh on.")
    else:
        print(f"{role} was {'already' if done == 'granted' else 'not'} among the roles; the "
              "sessions were gone through all the same.")
    print(f"Roles of {printable(changed.account.email)}: {listed(changed.account.roles)}.")
