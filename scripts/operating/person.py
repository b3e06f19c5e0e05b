"""One person on a stage, whom an operator has named by an address or an id."""

import argparse
import time

from scripts.checkout import Refused
from scripts.operating.people_lines import USER_ID
from scripts.operating.roles import listed
from scripts.operating.stage import services_of
from scripts.operating.terminal import printable
from shared.email_addresses import NotAnEmailAddress, normalised
from shared.identities import EMAIL_ADDRESS, Account
from shared.wiring.services import Services


def show_person(arguments: argparse.Namespace) -> None:
    if arguments.role:
        raise Refused("Nothing was changed; `ACTION=grant-role` would grant the role "
                      f"{printable(arguments.role)}.")
    services, account = find_person(arguments)
    created = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(account.created_at))
    rows = {"id": account.user_id, "email": account.email, "created": f"{created} UTC",
            "roles": listed(account.roles),
            "live sessions": str(len(services.user_sessions.live(account.user_id)))}
    for title, value in rows.items():
        print(f"{title:14} {printable(value)}")


def find_person(arguments: argparse.Namespace) -> tuple[Services, Account]:
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
