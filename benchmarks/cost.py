"""What a month costs, by part: `python -m benchmarks.cost --help`.

Prices are data (prices.json, with unit, source and date). What an operation consumes is the
table of request units that the tests assert, and the processor time that the benchmark
measured. Counted are the routes of this service and the authorizer on every authorized call;
what API Gateway takes for the authorized call itself is the same with any authorizer, and is
left out, as is free usage that ends after a year.
"""

import argparse
import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

PRICES = Path(__file__).parent / "prices.json"
CACHE_SECONDS = (0, 30, 300)
VCPU_MB = 1769  # "Configure Lambda function memory": one vCPU's worth
SECRETS, ALARMS, METRICS = 2, 10, 10
# Of a person: identity, account and four sessions, with their attribute names.
STORED_BYTES = 2_500
# One of the service's own log lines.
LINE_BYTES = 304


@dataclass(frozen=True, slots=True)
class Operation:
    """What one call consumes. `cpu_ms` is of a whole vCPU, `wait_ms` for the store."""

    memory_mb: int
    cpu_ms: float
    wait_ms: float
    reads: float
    writes: float
    log_bytes: int
    answer_bytes: int = 0

    @property
    def gb_seconds(self) -> float:
        """Lambda gives memory_mb / VCPU_MB of a vCPU, and never more than one to one thread."""
        share = min(1.0, self.memory_mb / VCPU_MB)
        billed_ms = math.ceil(self.cpu_ms / share + self.wait_ms)
        return self.memory_mb / 1024 * billed_ms / 1000


@dataclass(frozen=True, slots=True)
class Shape:
    """A service as a set of operations; `acknowledge` comes on the first call of a generation.
    `passkey` is a sign-in without a password, None where there is none."""

    sign_in: Operation
    refresh: Operation
    authorize: Operation
    acknowledge: Operation
    passkey: Operation | None = None


# Processor times: warm calls of the benchmark, with 404 ms of bcrypt at cost 12 in the sign-in;
# waiting: 3 ms a request to the store.
OURS = Shape(
    sign_in=Operation(1769, 415, 27, reads=6, writes=4, log_bytes=LINE_BYTES, answer_bytes=2000),
    refresh=Operation(512, 3.2, 3, reads=0, writes=1, log_bytes=LINE_BYTES, answer_bytes=1600),
    authorize=Operation(512, 1.7, 3, reads=1, writes=0, log_bytes=0),
    acknowledge=Operation(512, 1.3, 3, reads=0, writes=1, log_bytes=0),
    passkey=Operation(512, 7.7, 27, reads=7, writes=3, log_bytes=LINE_BYTES, answer_bytes=2000))
# The Node.js example of 2016: its authorizer reads no state, its indexes are written to on
# each refresh, and Lambda's own START, END and REPORT lines go to the log.
ORIGINAL = Shape(
    sign_in=Operation(1769, 110, 16, reads=0.5, writes=3, log_bytes=400, answer_bytes=1600),
    refresh=Operation(512, 6.0, 8, reads=0.5, writes=4, log_bytes=400, answer_bytes=1600),
    authorize=Operation(512, 0.5, 0, reads=0, writes=0, log_bytes=400),
    acknowledge=Operation(512, 0, 0, reads=0, writes=0, log_bytes=0))


@dataclass(frozen=True, slots=True)
class Usage:
    """A month. Calls come in visits of `calls_per_visit`, evenly over `visit_seconds`. `passkeys`
    is the share of the sign-ins that are by passkey."""

    users: int
    sign_ins: float = 4
    refreshes: float = 200
    calls: float = 2000
    calls_per_visit: int = 10
    visit_seconds: int = 180
    passkeys: float = 0
    log_every_call: bool = False

    def __post_init__(self) -> None:
        for name in ("users", "sign_ins", "refreshes", "calls"):
            if not 0 <= getattr(self, name) < math.inf:
                raise ValueError(f"{name} must be zero or more")
        if not 0 <= self.passkeys <= 1:
            raise ValueError("passkeys must be a share from 0 to 1")
        for name in ("calls_per_visit", "visit_seconds"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be one or more")

    def authorizer_runs(self, cache_seconds: int) -> float:
        """Return how often the authorizer runs for one person: an answer is cached for the
        token that it was given for, and spares the calls that follow within that time."""
        if cache_seconds < 0:
            raise ValueError("the cache time must be zero or more")
        spared = int(cache_seconds * self.calls_per_visit / self.visit_seconds)
        of_a_visit = math.ceil(self.calls_per_visit / (1 + spared))
        return self.calls * of_a_visit / self.calls_per_visit


class Prices:
    """The prices of a file in the form of prices.json."""

    def __init__(self, path: Path = PRICES) -> None:
        self._entries: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))

    def of(self, name: str) -> float:
        return float(self._entries[name]["value"])

    def tiered(self, name: str, quantity: float) -> float:
        """Return what `quantity` costs, in the price's own unit, by its tiers."""
        total, left = 0.0, quantity
        for size, price in self._entries[name]["value"]:
            part = left if size is None else min(left, size)
            total += part * price
            left -= part
        return total


def bill(shape: Shape, usage: Usage, cache_seconds: int, prices: Prices) -> dict[str, float]:
    """Return US dollars a month by part."""
    runs = usage.authorizer_runs(cache_seconds)
    authorize = shape.authorize
    if usage.log_every_call:
        authorize = replace(authorize, log_bytes=authorize.log_bytes + LINE_BYTES)
    # Each sign-in and each refresh begins a generation, and its first use is noted once.
    generations = min(usage.sign_ins + usage.refreshes, runs)
    by_passkey = usage.users * usage.sign_ins * usage.passkeys
    counts: list[tuple[Operation, float]] = [
        (shape.sign_in, usage.users * usage.sign_ins - by_passkey),
        (shape.passkey or shape.sign_in, by_passkey),
        (shape.refresh, usage.users * usage.refreshes),
        (authorize, usage.users * runs)]
    acknowledged = usage.users * generations
    work = [*counts, (shape.acknowledge, acknowledged)]

    def total(part: str) -> float:
        return float(sum(getattr(operation, part) * count for operation, count in work))

    own_requests = usage.users * (usage.sign_ins + usage.refreshes)
    stored_gb = usage.users * STORED_BYTES / 1e9
    return {
        "Lambda requests": sum(count for _, count in counts) / 1e6 * prices.of("lambda_requests"),
        "Lambda time": total("gb_seconds") * prices.of("lambda_gb_seconds"),
        "DynamoDB reads": total("reads") / 1e6 * prices.of("dynamodb_reads"),
        "DynamoDB writes": total("writes") / 1e6 * prices.of("dynamodb_writes"),
        "DynamoDB storage": stored_gb * prices.of("dynamodb_recovery")
        + max(0, stored_gb - prices.of("dynamodb_free_gb")) * prices.of("dynamodb_storage"),
        "logs": total("log_bytes") / 1e9 * prices.of("logs"),
        "secrets and alarms": idle(prices),
        "API Gateway": prices.tiered("api_requests", own_requests) / 1e6,
        "data out": total("answer_bytes") / 1e9 * prices.of("data_out"),
    }


def idle(prices: Prices) -> float:
    """Return what a stage costs a month that nobody uses."""
    return (SECRETS * prices.of("secrets")
            + max(0, ALARMS - prices.of("alarms_free")) * prices.of("alarms")
            + max(0, METRICS - prices.of("metrics_free")) * prices.of("metrics"))


def alternatives(usage: Usage, prices: Prices) -> dict[str, float]:
    """Return US dollars a month of services that bill by the user."""
    return {"Cognito Lite": prices.tiered("cognito_lite", usage.users),
            "Cognito Essentials": prices.tiered("cognito_essentials", usage.users),
            "Supabase Pro": prices.of("supabase_base") + prices.tiered("supabase", usage.users)}


def table(usage: Usage, prices: Prices) -> str:
    bills = {f"cached {seconds} s": bill(OURS, usage, seconds, prices)
             for seconds in CACHE_SECONDS}
    bills["original"] = bill(ORIGINAL, usage, 0, prices)
    lines = [_line("USD a month", bills)]
    for part in next(iter(bills.values())):
        lines.append(_line(part, [f"{found[part]:,.2f}" for found in bills.values()]))
    gateway = ("API Gateway", "data out")
    lines.append(_line("all but API Gateway", [
        f"{sum(cost for part, cost in found.items() if part not in gateway):,.2f}"
        for found in bills.values()]))
    lines.append(_line("all", [f"{sum(found.values()):,.2f}" for found in bills.values()]))
    lines.append("")
    lines += [_line(name, [f"{cost:,.2f}"]) for name, cost in alternatives(usage, prices).items()]
    lines.append(_line("nobody uses it", [f"{idle(prices):,.2f}"]))
    return "\n".join(lines)


def _line(name: str, cells: Iterable[str]) -> str:
    return name.ljust(20) + "".join(cell.rjust(14) for cell in cells)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cost",
                                     description="Print what a month costs, by part.")
    parser.add_argument("--users", type=int, default=1_000_000, help="active in the month")
    for name, default, told in (("sign-ins", 4, "of each"), ("refreshes", 200, "of each"),
                                ("calls", 2000, "authorized calls of each")):
        parser.add_argument(f"--{name}", type=float, default=default,
                            help=f"{told} (default %(default)s)")
    parser.add_argument("--calls-per-visit", type=int, default=10,
                        help="how many of them come together (default %(default)s)")
    parser.add_argument("--visit-seconds", type=int, default=180,
                        help="over how many seconds (default %(default)s)")
    parser.add_argument("--passkeys", type=float, default=0,
                        help="the share of the sign-ins that are by passkey (default none)")
    parser.add_argument("--log-every-call", action="store_true",
                        help="as with the authorizer's log level at INFO")
    chosen = parser.parse_args(arguments)
    try:
        usage = Usage(**vars(chosen))
    except ValueError as error:
        parser.error(str(error))
    print(table(usage, Prices()))


if __name__ == "__main__":
    main()
