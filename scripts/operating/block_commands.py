"""The commands by which an operator blocks a person or ends their sessions, and what they say."""

import argparse

from scripts.checkout import Refused
from scripts.operating.blocking import Blocking
from scripts.operating.person import acting_on_person
from scripts.operating.showing import utc
from scripts.operating.terminal import printable
from scripts.operating.unfinished import unfinished
from shared.wiring.services import Services


def block(arguments: argparse.Namespace) -> None:
    left = "the person may not be blocked, and some of their sessions may be live."
    with (acting_on_person(arguments) as (services, seen),
          unfinished(arguments.action, left)):
        account, ended = blocking_of(services).block(seen.user_id)
    print(f"{printable(account.email)} is blocked since {utc(account.blocked_at)}. "
          f"{said(ended)}")


def unblock(arguments: argparse.Namespace) -> None:
    with (acting_on_person(arguments) as (services, seen),
          unfinished(arguments.action, "the person may still be blocked.")):
        account = blocking_of(services).unblock(seen)
        if account.blocked_at:
            raise Refused(f"Another operator has blocked {printable(account.email)} meanwhile, so "
                          "the block stays.")
    print(f"{printable(account.email)} is {'no longer' if seen.blocked_at else 'not'} blocked.")


def end_sessions(arguments: argparse.Namespace) -> None:
    with (acting_on_person(arguments) as (services, account),
          unfinished(arguments.action, "some sessions may be live.")):
        ended = blocking_of(services).end_sessions(account.user_id)
    print(f"{said(ended)} {printable(account.email)} can sign in again"
          f"{', once unblocked' if account.blocked_at else ''}.")


def blocking_of(services: Services) -> Blocking:
    return Blocking(services.user_store, services.session_store, services.lifetimes, services.now)


def said(ended: int) -> str:
    return "No session was live." if not ended else \
        f"{ended} live {'session was' if ended == 1 else 'sessions were'} ended."
