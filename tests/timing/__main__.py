"""Compare refused sign-ins of known and unknown addresses by rank: `make timing`.

The real handler runs in this process at the cost that is deployed, over DynamoDB Local,
which needs Java, with known and unknown addresses taken in turn. (Over moto, which is in
this process too, one would time how it copies an item.) The statistic is Mann and Whitney's
U: `share` is how often a try with a known address took longer than one with an unknown
address (0.5: no telling them apart), and z says how many standard deviations it is from
that. Exits 1 if |z| is 4 or more, which chance alone gives once in 16,000 runs.
"""

import argparse
import contextlib
import io
import math
import sys
import time

from lambda_functions import create_session
from tests.dynamodb_local import program, stage
from tests.dynamodb_local.stage import LocalStage
from tests.support.application import PASSWORD, Application, send
from tests.support.clock import Clock
from tests.support.events import proxy_event

# The fifth attempt at an address is the last that need not wait.
TRIES_AN_ADDRESS = 4
ALARM_Z = 4.0


def rank_test(known: list[float], unknown: list[float]) -> tuple[float, float]:
    """Return the share of pairs in which `known` is larger, and its z score."""
    pairs = len(known) * len(unknown)
    larger = sum((k > u) + (k == u) / 2 for k in known for u in unknown)
    deviation = math.sqrt(pairs * (len(known) + len(unknown) + 1) / 12)
    return larger / pairs, (larger - pairs / 2) / deviation


def measure(cloud: LocalStage, tries: int, cost: int) -> tuple[list[float], list[float]]:
    """Return the seconds of refused sign-ins, known addresses first."""
    cloud.build(sweeping=False)
    services = cloud.services(Clock(), bcrypt_cost=cost)
    application = Application(services)
    addresses = math.ceil(tries / TRIES_AN_ADDRESS)
    for number in range(addresses):
        application.sign_up(f"known-{number}@example.org")
    seconds: dict[str, list[float]] = {"known": [], "unknown": []}
    for attempt in range(tries):
        # Which of the two comes first alternates, so that neither always follows the other.
        for kind in ("known", "unknown") if attempt % 2 else ("unknown", "known"):
            event = proxy_event("POST", "/session", headers=application.headers(), body={
                "account_type": "traditional", "password": PASSWORD + "?",
                "email": f"{kind}-{attempt % addresses}@example.org"},
                principal=application.principal)
            started = time.perf_counter()
            answer = send(create_session.handler, event, services)
            seconds[kind].append(time.perf_counter() - started)
            if answer.outcome != (401, "bad_credentials"):
                raise SystemExit(f"a try was answered {answer.outcome}")
    return seconds["known"], seconds["unknown"]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--tries", type=int, default=200, help="with each kind of address")
    parser.add_argument("--cost", type=int, default=12, help="of bcrypt")
    options = parser.parse_args()
    try:
        with program.running() as address, contextlib.redirect_stdout(io.StringIO()):
            known, unknown = measure(stage.stage(stage.client(address)), options.tries,
                                     options.cost)
    except program.NotHere as reason:
        sys.exit(str(reason))
    share, z = rank_test(known, unknown)
    for kind, seconds in (("known", known), ("unknown", unknown)):
        print(f"{kind:8} median {sorted(seconds)[len(seconds) // 2] * 1000:7.1f} ms "
              f"of {len(seconds)} tries")
    print(f"share {share:.3f}, z {z:+.2f}")
    return 1 if abs(z) >= ALARM_Z else 0


if __name__ == "__main__":
    sys.exit(main())
