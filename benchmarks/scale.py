"""Do the operations stay as fast with a million sessions in the store as with a hundred?

The sessions are loaded once, a step at a time, into one of two stores; the other stays
empty. At each step the handlers run in this process against both, in turn, so that the ratio
tells what the sessions cost, whatever else the machine does. Loading is bounded in time.
"""

import contextlib
import io
import json
import random
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

from benchmarks import machine, report, store
from benchmarks.cloud import RestOfAws
from benchmarks.figures import Ratio, ratio
from benchmarks.process import must_succeed
from benchmarks.scenarios import Scenarios
from benchmarks.stage import CLIENT_ID, MeasuredStage
from lambda_functions import (authorizer, create_session, delete_session,
                              list_sessions, refresh_session)
from scripts.checkout import ROOT
from shared.sessions.state import BY_PASSWORD, Lifetimes, Session
from shared.stores.items import marshalled
from shared.stores.session_items import new_item
from shared.wiring.services import wall_clock
from tests.support.events import LambdaContext

RESULTS = ROOT / "reports" / "scale.json"
LOADING_SECONDS = 480
CALLS, BATCH = 100, 25
OPERATIONS: dict[str, Callable[..., Any]] = {
    "authorizer": authorizer.handler, "refreshSession": refresh_session.handler,
    "createSession": create_session.handler, "deleteSession": delete_session.handler,
    "listSessions": list_sessions.handler}
Curve = dict[int, dict[str, Ratio]]


def run(most: int, publish: bool) -> None:
    """Print what each operation takes, over what it takes on an empty store."""
    with store.running() as full, store.running() as empty, RestOfAws() as cloud:
        stages = MeasuredStage(full.address, cloud), MeasuredStage(empty.address, cloud)
        for stage in stages:
            stage.build()
            stage.warm_up(10)
        curve = _curve(*stages, most)
        told = machine.describe(sys.version.split()[0], full.name)
    header = ("sessions", *OPERATIONS)
    rows = [(f"{count:,}", *(str(found[name]) for name in OPERATIONS))
            for count, found in curve.items()]
    print(report.aligned(header, rows), machine.sentence(told), sep="\n")
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps({**told, "ratios": {
        count: {name: asdict(found[name]) for name in OPERATIONS}
        for count, found in curve.items()}}, indent=2) + "\n")
    if publish:
        report.publish("scale",
                       f"{machine.sentence(told)}\n\n{report.markdown(header, rows)}")


def _curve(full: MeasuredStage, empty: MeasuredStage, most: int) -> Curve:
    curve, loaded = Curve(), 0
    deadline = time.monotonic() + LOADING_SECONDS
    # The first measurement warms this process and is not kept.
    _measured(full, empty)
    for count in (10 ** power for power in range(2, 10)):
        if count > most:
            break
        for batch in _batches(full.services.lifetimes, count - loaded):
            if time.monotonic() > deadline:
                print(f"Loading took {LOADING_SECONDS} s; it stops at {loaded:,} sessions.")
                return curve
            full.services.dynamodb.batch_write_item(RequestItems={"sessions": batch})
            loaded += len(batch)
        curve[count] = _measured(full, empty)
        print(f"{time.strftime('%H:%M:%S')} {count:,} sessions", file=sys.stderr, flush=True)
    return curve


def _batches(lifetimes: Lifetimes, count: int) -> Iterator[list[Any]]:
    """Yield put requests of `count` sessions, each of another person."""
    for start in range(0, count, BATCH):
        yield [{"PutRequest": {"Item": _item(lifetimes)}}
               for _ in range(min(BATCH, count - start))]


def _item(lifetimes: Lifetimes) -> dict[str, Any]:
    now = wall_clock()
    session = Session(str(uuid.uuid4()), str(uuid.uuid4()), CLIENT_ID, 0, now, now,
                      now + lifetimes.session_absolute_seconds, now, BY_PASSWORD,
                      address="203.0.113.7", device="curl/8.10.1")
    return marshalled(new_item(session, lifetimes) | {"acknowledged_at": now})


def _measured(full: MeasuredStage, empty: MeasuredStage) -> dict[str, Ratio]:
    """Return each operation's time on the full store over that on the empty one."""
    taken: dict[tuple[str, MeasuredStage], list[float]] = {}
    scenarios = {stage: Scenarios(stage) for stage in (full, empty)}
    for _ in range(CALLS):
        for name, handler in OPERATIONS.items():
            for stage in random.sample((full, empty), 2):
                event = next(scenarios[stage].events(name))
                with contextlib.redirect_stdout(io.StringIO()):
                    started = time.perf_counter()
                    answer = handler(event, LambdaContext(name), stage.services)
                    milliseconds = (time.perf_counter() - started) * 1000
                must_succeed(answer)
                taken.setdefault((name, stage), []).append(milliseconds)
    return {name: ratio(taken[name, full], taken[name, empty]) for name in OPERATIONS}
