"""Do the operations stay as fast with a million sessions in the store as with a hundred?

The sessions are loaded once, a step at a time; at each step the handlers run against the
same DynamoDB Local, in this process, in turn. The time spent loading is bounded.
"""

import contextlib
import io
import json
import statistics
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

from benchmarks import machine, report, store
from benchmarks.cloud import Cloud
from benchmarks.process import must_succeed
from benchmarks.scenarios import Scenarios
from benchmarks.stage import CLIENT_ID, Stage
from lambda_functions import (authorizer, create_session, delete_session, list_sessions,
                              refresh_session)
from scripts.distributions import ROOT
from shared.session_state import Session
from shared.stores.table import marshalled
from shared.wiring import wall_clock
from tests.support.events import LambdaContext

RESULTS = ROOT / "reports" / "scale.json"
LOADING_SECONDS = 480
CALLS, BATCH = 60, 25
OPERATIONS: dict[str, Callable[..., Any]] = {
    "authorizer": authorizer.handler, "refreshSession": refresh_session.handler,
    "createSession": create_session.handler, "deleteSession": delete_session.handler,
    "listSessions": list_sessions.handler}
Curve = dict[int, dict[str, float]]


def run(most: int, publish: bool) -> None:
    """Print the median milliseconds of each operation by the number of sessions."""
    with store.running() as running, Cloud() as cloud:
        stage = Stage(running.address, cloud)
        stage.build()
        stage.warm_up(10)
        curve = _curve(stage, most)
        told = machine.describe(sys.version.split()[0], running.name)
    header = ("sessions", *OPERATIONS)
    rows = [(f"{count:,}", *(f"{found[name]:.2f}" for name in OPERATIONS))
            for count, found in curve.items()]
    print(report.aligned(header, rows), machine.sentence(told), sep="\n")
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps({**told, "median_ms": curve}, indent=2) + "\n")
    if publish:
        report.publish("scale",
                       f"{machine.sentence(told)}\n\n{report.markdown(header, rows)}")


def _curve(stage: Stage, most: int) -> Curve:
    scenarios, curve, loaded = Scenarios(stage), Curve(), 0
    deadline = time.monotonic() + LOADING_SECONDS
    # The first measurement warms this process and is not kept.
    _measured(stage, scenarios)
    for count in (10 ** power for power in range(2, 10)):
        if count > most:
            break
        for batch in _batches(count - loaded):
            if time.monotonic() > deadline:
                print(f"Loading took {LOADING_SECONDS} s; it stops at {loaded:,} sessions.")
                return curve
            stage.services.dynamodb.batch_write_item(RequestItems={"sessions": batch})
            loaded += len(batch)
        curve[count] = _measured(stage, scenarios)
        print(f"{time.strftime('%H:%M:%S')} {count:,} sessions", file=sys.stderr, flush=True)
    return curve


def _batches(count: int) -> Iterator[list[Any]]:
    """Yield put requests of `count` sessions, each of another person."""
    for start in range(0, count, BATCH):
        yield [{"PutRequest": {"Item": _item()}} for _ in range(min(BATCH, count - start))]


def _item() -> dict[str, Any]:
    now = wall_clock()
    session = Session(str(uuid.uuid4()), str(uuid.uuid4()), CLIENT_ID, 0, now, now, now + 2592000,
                      now, "203.0.113.7", "curl/8.10.1")
    return marshalled({
        "UserId": session.user_id, "SessionId": session.session_id,
        "client_id": session.client_id, "generation": session.generation,
        "created_at": now, "refreshed_at": now, "acknowledged_at": now,
        "expires_at": session.expires_at, "address": session.address, "device": session.device})


def _measured(stage: Stage, scenarios: Scenarios) -> dict[str, float]:
    """Return the median milliseconds of each operation, all taking turns."""
    taken: dict[str, list[float]] = {name: [] for name in OPERATIONS}
    events = {name: scenarios.events(name) for name in OPERATIONS}
    for _ in range(CALLS):
        for name, handler in OPERATIONS.items():
            event = next(events[name])
            with contextlib.redirect_stdout(io.StringIO()):
                started = time.perf_counter()
                answer = handler(event, LambdaContext(name), stage.services)
                taken[name].append((time.perf_counter() - started) * 1000)
            must_succeed(answer)
    return {name: statistics.median(values) for name, values in taken.items()}
