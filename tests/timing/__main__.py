"""Compare the time of an answer for known and unknown addresses by rank: `make timing`.

Each answer that must not reveal whether an address has an account is compared: the refusals of a
sign-in (of a wrong password, and of a right one while the address is not verified, with a hash of
ours and with a cheaper one that was imported), the two requests for mail, and sign-up, all on a
stage that requires a verified address. The real handler runs in this process at the cost that is
deployed, over DynamoDB Local, which needs Java, with known and unknown addresses taken in turn.
(Over moto, which is in this process too, one would time how it copies an item.) The statistic is
Mann and Whitney's U: `share` is how often a try with a known address took longer than one with an
unknown address (0.5: no telling them apart), and z says how many standard deviations it is from
that. Exits 1 if |z| is 4 or more for a route, which chance alone gives once in 16,000 runs.
"""

import argparse
import contextlib
import io
import math
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import bcrypt

from shared.password_hash import IMPORTED
from shared.stores.items import marshalled
from shared.wiring.services import Services
from tests.dynamodb_local import program, stage
from tests.dynamodb_local.stage import LocalStage
from tests.support.account_owner import Owner
from tests.support.application import PASSWORD, Answer
from tests.support.clock import Clock
from tests.support.mail import MAIL, Courier, Outbox, with_mail

ALARM_Z = 4.0
# All tries come from one source, and mail is what is asked for here.
UNLIMITED = {"mails_per_mailbox": 100, "mails_per_source": 100_000, "mails_per_hour": 100_000,
             "source_failures": 100_000, "source_sign_ups": 100_000}


@dataclass(frozen=True)
class Route:
    """What is sent with an address, the status that all its answers have, how often one address
    can be sent before that changes, and whether known addresses were imported."""

    send: Callable[[Owner, str], Answer]
    status: int
    tries_an_address: int
    imported: bool = False


ROUTES = {
    # The fifth attempt at an address is the last that need not wait.
    "sign-in": Route(lambda owner, email: owner.sign_in(email, PASSWORD + "?"), 401, 4),
    "unverified": Route(Owner.sign_in, 401, 4),
    "imported": Route(Owner.sign_in, 401, 4, imported=True),
    "password-reset": Route(Owner.forget_password, 202, 4),
    "email-verification": Route(Owner.ask_verification, 202, 4),
    # Once it was signed up, an address is known.
    "sign-up": Route(Owner.sign_up, 202, 1)}


def rank_test(known: list[float], unknown: list[float]) -> tuple[float, float]:
    """Return the share of pairs in which `known` is larger, and its z score."""
    pairs = len(known) * len(unknown)
    larger = sum((k > u) + (k == u) / 2 for k in known for u in unknown)
    deviation = math.sqrt(pairs * (len(known) + len(unknown) + 1) / 12)
    return larger / pairs, (larger - pairs / 2) / deviation


def measure(cloud: LocalStage, route: Route, tries: int, cost: int
            ) -> tuple[list[float], list[float]]:
    """Return the seconds of the answers, known addresses first."""
    cloud.build(sweeping=False)
    owner = Owner(_waiting(cloud, cost))
    addresses = math.ceil(tries / route.tries_an_address)
    for number in range(addresses):
        owner.sign_up(f"known-{number}@example.org")
    if route.imported:
        _import(cloud, cost)
    seconds: dict[str, list[float]] = {"known": [], "unknown": []}
    for attempt in range(tries):
        # Which of the two comes first alternates, so that neither always follows the other.
        for kind in ("known", "unknown") if attempt % 2 else ("unknown", "known"):
            email = f"{kind}-{attempt % addresses}@example.org"
            started = time.perf_counter()
            answer = route.send(owner, email)
            seconds[kind].append(time.perf_counter() - started)
            if answer.status != route.status:
                raise SystemExit(f"a try was answered {answer.status} {answer.text}")
    return seconds["known"], seconds["unknown"]


def _import(cloud: LocalStage, cost: int) -> None:
    """Give everybody a hash as another system makes it, of a lower cost than ours."""
    lower = max(4, cost - 2)
    imported = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(lower)).decode("ascii")
    for item in cloud.items("identities"):
        cloud.dynamodb.put_item(TableName="identities", Item=marshalled(
            item | {"password_hash": imported, "cost": lower, "pepper_id": IMPORTED}))


def _waiting(cloud: LocalStage, cost: int) -> Services:
    """Return services whose errands wait, as they do while a route answers."""
    services = with_mail(cloud.services(Clock(), bcrypt_cost=cost, require_verified_email=True,
                                        **UNLIMITED, **MAIL), Outbox())
    courier = services.errand_queue
    assert isinstance(courier, Courier)
    courier.waits = True
    return services


def tell(name: str, known: list[float], unknown: list[float]) -> bool:
    """Print what was found, and return whether the two kinds can be told apart."""
    share, z = rank_test(known, unknown)
    for kind, seconds in (("known", known), ("unknown", unknown)):
        print(f"{name:20} {kind:8} median {sorted(seconds)[len(seconds) // 2] * 1000:7.1f} ms "
              f"of {len(seconds)} tries")
    print(f"{name:20} share {share:.3f}, z {z:+.2f}")
    return abs(z) >= ALARM_Z


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("route", nargs="*", help=f"of {', '.join(ROUTES)}; none: all")
    parser.add_argument("--tries", type=int, default=200, help="with each kind of address")
    parser.add_argument("--cost", type=int, default=12, help="of bcrypt")
    options = parser.parse_args()
    if unknown := set(options.route) - ROUTES.keys():
        parser.error(f"there is no route {', '.join(sorted(unknown))}")
    told_apart = False
    try:
        with program.running() as address:
            local = stage.stage(stage.client(address))
            for name in options.route or ROUTES:
                with contextlib.redirect_stdout(io.StringIO()):
                    found = measure(local, ROUTES[name], options.tries, options.cost)
                told_apart |= tell(name, *found)
    except program.NotHere as reason:
        sys.exit(str(reason))
    return 1 if told_apart else 0


if __name__ == "__main__":
    sys.exit(main())
