"""The page of request units: `.venv/bin/python -m tests.dynamodb_local.units` checks it.

Its figures are those of `operations`, which tests/dynamodb_local/test_units.py holds against
the engine. A page that differs from them is status 1; `--write` writes it anew.
"""

import argparse
import sys

from scripts.checkout import ROOT
from tests.dynamodb_local import (units_of_accounts, units_of_codes, units_of_factors,
                                  units_of_passkeys, units_of_sessions, units_of_signing_in)
from tests.dynamodb_local.operations import OPERATIONS, Operation

# The modules hold the operations; the order of the page is this one.
PARTS = (units_of_signing_in, units_of_factors, units_of_passkeys, units_of_codes,
         units_of_sessions, units_of_accounts)

PAGE = ROOT / "docs" / "request-units.md"

HEAD = """\
# Request units

This page says how many units these operations consume in DynamoDB. They are also their price,
because AWS bills on-demand tables by the unit. A read unit is a strongly consistent read of up to
4 KB. A write unit is a write of up to 1 KB; within a transaction, a write takes two. All reads of
this service are strongly consistent, and no item of it exceeds 1 KB but one: that of a passkey can
have up to 4 KB, if its key is of RSA or its id is long, or if it has answered ten tickets or more
within five minutes. Its writes then take up to 4 units.

The figures are asserted against AWS's own engine, DynamoDB Local, one operation at a time, by
`tests/dynamodb_local/test_units.py` (`make test-dynamodb-local`). This page is written from the
same list by `.venv/bin/python -m tests.dynamodb_local.units --write`. A write that is refused
because its condition does not hold is billed like any other; the engine does not report it, so
the tests add it, 1 unit each. For a transaction the tests count 2 units for each of its items, as
AWS does; the engine reports 4, however many there are.

An operation is one function alone. What a client's call costs is the function and its
authorizer: `GET /user` is 2 read units for the account and its identity, and 1 for the session
behind the token.

| operation | reads | writes |
|---|--:|--:|
"""

FOOT = """
Where the figures come from:

- A sign-in reserves an attempt, puts the session and gives the attempt back: four units, because
  the session is put by a transaction ([why](session-state-machine.md#how-a-session-is-created)).
  It reads how often its source has failed, the identity before the password is checked and again
  once the session is stored, and all sessions of the person, to keep them at ten. Eleven sessions
  are below 4 KB unless the person has many roles or long device names; that read is then 2 or 3
  units.
- The second step of a sign-in looks up the person and their factors, spends the code, and notes
  that the ticket was used. A sign-in without a second factor costs nothing for it: whether there is
  one stands in the identity, which is read anyway.
- A sign-in with a passkey counts no attempt, because nobody can guess a signature, and hashes
  nothing. It reads the passkey, the account and the identity, and counts the use of the passkey
  by  one write, which also remembers the ticket. To put the session takes two units. The account
  and  the passkey are read again around that, and then all sessions of the person. The second
  step reads  the account and the identity once more, and remembers the ticket by a write of its
  own. The removal  of a passkey lists the sessions twice, and ends those in which one was shown.
- A sign-in with a code takes it by one write. It reads the account twice, the identity, and the
  session of the account pages, each of the three again once its own session is stored, and then all
  sessions of the person. To give the code, the pages read the same three and the client
  application, and write one item.
- All factors of a person are one read of up to 4 KB, and more only of a person who has about ten
  passkeys.
- A refresh writes first, on the condition that a new pair is due. The case that clients meet
  once per access token is therefore 1 write and no read.
- The client of an access token is read at most once in 300 s by each running authorizer. A
  forged token is refused before anything is read.
- A request for mail counts for its source address and for the stage: two writes. It looks no
  address up; `sendMail` does that later, and counts a mail that is due for the mailbox and for the
  source's share of that.
- A notice costs the route that posts it nothing, except that `DELETE /sessions` reads the address
  of the account, on a stage that sends mail. `sendMail` counts it for the address. If that is not
  verified, it also counts as a request for mail.
- An operation that ends several sessions costs 1 write for each of them, and reads the list once
  more after that. A sign-in also deletes
  up to a hundred sessions that are over and that TTL has not swept, for 1 write each.
- A request that DynamoDB throttles, or whose answer is lost, is sent up to three times; each
  try that arrives is billed.
"""


def listed() -> list[Operation]:
    """Return the operations in the order of the page."""
    names = [part.__name__ for part in PARTS]
    return sorted(OPERATIONS, key=lambda each: names.index(each.prepare.__module__))


def page() -> str:
    return HEAD + "".join(_row(each) for each in listed()) + FOOT


def _row(each: Operation) -> str:
    return f"| {each.title} | {each.read} | {each.write} |\n"


def main() -> int:
    parser = argparse.ArgumentParser(description="Check docs/request-units.md, or write it.")
    parser.add_argument("--write", action="store_true")
    if parser.parse_args().write:
        PAGE.write_text(page(), encoding="utf-8")
        return 0
    if PAGE.read_text(encoding="utf-8") != page():
        print(f"{PAGE.name} is out of date: .venv/bin/python -m tests.dynamodb_local.units --write")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
