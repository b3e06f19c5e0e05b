"""One person on a stage, whom an operator has named by an address or an id.

Nothing is said of a person, or done to them, before the operators' log has a line of it.
"""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from scripts.checkout import Refused
from scripts.operating.people_lines import USER_ID
from scripts.operating.stage import services_of
from scripts.operating.stage_services import StageServices
from shared.email_addresses import NotAnEmailAddress, normalised
from shared.identities import EMAIL_ADDRESS, Account


class Person(NamedTuple):
    """The services of the stage, and the account of the person there."""

    services: StageServices
    account: Account


@contextmanager
def acting_on_person(arguments: argparse.Namespace, **about: str) -> Iterator[Person]:
    """Find the person with the address or the id that was typed, write the line of the action, and
    let it be done; `about` is what the line says besides. Raises Refused."""
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
    with services.operator_log.action(arguments.action, user_id, **about):
        yield Person(services, account)


def _address(arguments: argparse.Namespace) -> str:
    """Return the address in the spelling by which it is found, empty if none was typed."""
    try:
        return normalised(arguments.email, arguments.stage) if arguments.email else ""
    except NotAnEmailAddress as error:
        raise Refused(f"EMAIL {error}.") from error
