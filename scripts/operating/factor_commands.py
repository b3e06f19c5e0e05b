"""The command by which an operator removes the second factors of a person, and what it says."""

import argparse

from scripts.operating.block_commands import blocking_of, said
from scripts.operating.factor_reset import FactorReset
from scripts.operating.person import acting_on_person
from scripts.operating.terminal import printable
from scripts.operating.unfinished import unfinished
from shared.callers import Caller
from shared.mail.notices import Notice

# A notice names no device and no address: they would be the operator's.
OPERATOR = Caller(client_id="")


def reset_factors(arguments: argparse.Namespace) -> None:
    with (acting_on_person(arguments) as (services, account),
          unfinished(arguments.action, "some factors and sessions may be left.")):
        done = FactorReset(services.user_store, services.identity_store, services.factor_store,
                           blocking_of(services)).reset(account.user_id)
        told = (services.notices.tell(Notice.FACTOR_REMOVED, done.email, OPERATOR)
                if done.was_on else {})
    if not done.has_password:
        state = "has no password, and needs a reset by mail to sign in again"
    else:
        state = ("now signs in with the password alone" if done.was_on else
                 "had no second factor on")
    print(f"{printable(done.email)} {state}. {said(done.ended)}")
    if told:
        print("The notice could not be posted; tell the person yourself.")
