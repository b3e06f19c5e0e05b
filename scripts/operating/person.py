"""One person on a stage, for an operator: who it is, and the roles that they have."""

import argparse
import time
from collections.abc import Iterator
from contextlib import contextmanager

from scripts.checkout import Refused
from scripts.delivery import aws
from scripts.deployed_stage import reason
from scripts.operating.people_lines import USER_ID
from scripts.operating.role_changes import Changed, RoleChanges
from scripts.operating.roles import BadRoles
from scripts.operating.stage import services_of
from scripts.operating.terminal import printable
from shared.email_addresses import NotAnEmailAddress, normalised
from shared.errors import NotFound, Unavailable
from shared.identities import EMAIL_ADDRESS, Account
from shared.wiring.services import Services


def show_person(arguments: argparse.Namespace) -> None:
    services, account = _found(arguments)
    created = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(account.created_at))
    rows = {"id": account.user_id, "email": account.email, "created": f"{created} UTC",
            "roles": _listed(account),
            "live sessions": str(len(services.user_sessions.live(account.user_id)))}
    for title, value in rows.items():
        print(f"{title:14} {printable(value)}")


def grant_role(arguments: argparse.Namespace) -> None:
    services, account = _found(arguments)
    _require_spelling(account, arguments.role)
    with _unfinished(arguments):
        changed = _changes(services).grant(account.user_id, arguments.role)
    _tell(changed, arguments.role, "granted")


def revoke_role(arguments: argparse.Namespace) -> None:
    services, account = _found(arguments)
    _require_spelling(account, arguments.role)
    with _unfinished(arguments):
        changed = _changes(services).revoke(account.user_id, arguments.role)
    _tell(changed, arguments.role, "revoked")


def _found(arguments: argparse.Namespace) -> tuple[Services, Account]:
    """Return the services of the stage, and the account with the address or the id that was typed.
    Raises Refused."""
    if bool(arguments.email) is bool(arguments.id):
        raise Refused("Name one person after `make person`, by `EMAIL=ada@example.org` or by `ID=` "
                      "and the id of an account, and not by both.")
    user_id, who = arguments.id, f"with the id {ascii(arguments.id)}"
    address = _address(arguments)
    services = services_of(arguments)
    if address:
        identity = services.identity_store.find(EMAIL_ADDRESS, address)
        user_id, who = identity.user_id if identity else "", f"with the address {address}"
    # The store refuses a key of more than 2048 bytes in words of its own.
    account = services.user_store.find(user_id) if USER_ID.fullmatch(user_id) else None
    if account is None:
        raise Refused(f"There is nobody {who} on stage {arguments.stage}.")
    return services, account


def _address(arguments: argparse.Namespace) -> str:
    """Return the address in the spelling by which it is found, empty if none was typed."""
    try:
        return normalised(arguments.email, arguments.stage) if arguments.email else ""
    except NotAnEmailAddress as error:
        raise Refused(f"EMAIL {error}.") from error


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
    print(f"Roles of {printable(changed.account.email)}: {printable(_listed(changed.account))}.")


def _listed(account: Account) -> str:
    return " ".join(account.roles) or "none"
