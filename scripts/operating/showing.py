"""The commands by which an operator finds a person and sees their account."""

import argparse
import time

from scripts.checkout import Refused
from scripts.operating.person import acting_on_person
from scripts.operating.roles import listed
from scripts.operating.stage import services_of
from scripts.operating.terminal import printable
from shared.email_addresses import NotAnEmailAddress, normalised
from shared.identities import EMAIL_ADDRESS, Account
from shared.sessions.state import Session

# With fewer characters, a beginning is that of nearly everybody.
LEAST_CHARACTERS = 3
MOST_PEOPLE = 20


def show_person(arguments: argparse.Namespace) -> None:
    """Show the account, and its live sessions, the newest first."""
    if arguments.role:
        raise Refused("Nothing was changed; `ACTION=grant-role` would grant the role "
                      f"{printable(arguments.role)}.")
    with acting_on_person(arguments) as (services, account):
        identity = services.identity_store.find(EMAIL_ADDRESS, account.email)
        passkeys = services.factor_store.find(account.user_id).passkeys
        sessions = services.user_sessions.live(account.user_id)
        rows = {"id": account.user_id, "email": account.email,
                "verified": "yes" if identity and identity.verified else "no",
                "password": "yes" if identity and identity.password else "no",
                "second factor": "on" if identity and identity.second_factor else "off",
                "passkeys": str(len(passkeys)),
                "created": utc(account.created_at),
                "blocked": f"since {utc(account.blocked_at)}" if account.blocked_at else "no",
                "roles": listed(account.roles), "live sessions": str(len(sessions))}
        for title, value in rows.items():
            print(f"{title:14} {printable(value)}")
        for session in sessions:
            print(f"  {_line(session)}")


def find_person(arguments: argparse.Namespace) -> None:
    """Print the id and the address of a person, or of those whose address begins with what was
    typed."""
    if not arguments.email or _is_address(arguments):
        with acting_on_person(arguments) as (_, account):
            _print(account)
        return
    beginning = arguments.email.strip().lower()
    if len(beginning) < LEAST_CHARACTERS or arguments.id:
        raise Refused("Type an address, an id, or at least "
                      f"{LEAST_CHARACTERS} characters with which an address begins.")
    services = services_of(arguments)
    print("This is no whole address, so all accounts of the stage are read, which costs as much as "
          "there are.", flush=True)
    with services.operator_log.action(arguments.action, ""):
        found = 0
        for account in services.user_store.every():
            if account.email.startswith(beginning):
                found += 1
                if found > MOST_PEOPLE:
                    print(f"There are more than {MOST_PEOPLE}; type more of the address.")
                    return
                _print(account)
        if not found:
            raise Refused(f"No address on stage {arguments.stage} begins like that.")


def _is_address(arguments: argparse.Namespace) -> bool:
    try:
        normalised(arguments.email, arguments.stage)
    except NotAnEmailAddress:
        return False
    return True


def _print(account: Account) -> None:
    print(f"{printable(account.user_id)} {printable(account.email)}")


def _line(session: Session) -> str:
    """Return what tells an owner's sessions apart; the device says of itself what it likes."""
    return printable(f"{session.session_id}  since {utc(session.created_at)}  "
                     f"client {session.client_id}  {session.device or 'unknown device'}")


def utc(instant: int) -> str:
    """Return epoch seconds as people read them."""
    return f"{time.strftime('%Y-%m-%d %H:%M:%S', time.gmtime(instant))} UTC"
