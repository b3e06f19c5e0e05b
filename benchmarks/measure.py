"""The measurement: three passes, the last of them interleaved.

1. Units: the second call of each function goes through the meter.
2. Profile: where the processor time of warm calls goes (probe.py).
3. Rounds: in each, every function and its yardsticks are started cold and then called warm,
   in another order each time, so that a slow minute of the machine hits all alike.
"""

import json
import random
import statistics
import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from benchmarks.meter import Meter
from benchmarks.packages import Package
from benchmarks.process import LambdaProcess, must_succeed
from benchmarks.scenarios import Scenarios
from benchmarks.stage import MeasuredStage

PROFILE_CALLS, PROFILE_SECONDS = 60, 5
PATIENCE_MS = 1500


@dataclass
class Samples:
    """What was seen of one function under one of its three forms; times in milliseconds."""

    zipped_bytes: int = 0
    init: list[float] = field(default_factory=list)
    cold: list[float] = field(default_factory=list)
    cold_cpu: list[float] = field(default_factory=list)
    warm: list[float] = field(default_factory=list)
    warm_of_round: list[float] = field(default_factory=list)
    warm_cpu: list[float] = field(default_factory=list)
    peak_mb: list[float] = field(default_factory=list)
    requests: dict[str, int] = field(default_factory=dict)
    read_units: float = 0
    write_units: float = 0
    profile: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Subject:
    """`form` is "ours", "naive" or "empty"; `scenario` says what it is asked."""

    form: str
    scenario: str
    package: Package


class Measurement:
    def __init__(self, python: Path, stage: MeasuredStage, scenarios: Scenarios) -> None:
        self._python, self._stage, self._scenarios = python, stage, scenarios
        self.samples: dict[tuple[str, str], Samples] = {}

    def of(self, subject: Subject) -> Samples:
        return self.samples.setdefault(
            (subject.form, subject.scenario),
            Samples(zipped_bytes=subject.package.zipped_bytes))

    def _process(self, package: Package, **more: str) -> LambdaProcess:
        return LambdaProcess(self._python, package, self._stage.environment() | more)

    def _events(self, subject: Subject, count: int) -> list[Any]:
        return list(islice(self._scenarios.events(subject.scenario), count))

    def count_units(self, subjects: Iterable[Subject], store: str) -> None:
        with Meter(store) as meter:
            for subject in subjects:
                first, second = self._events(subject, 2)
                with self._process(subject.package,
                                   AWS_ENDPOINT_URL_DYNAMODB=meter.address) as process:
                    must_succeed(process.first(first)[1])
                    meter.reset()
                    must_succeed(process.call(second)[1])
                samples = self.of(subject)
                samples.requests = dict(meter.requests)
                samples.read_units, samples.write_units = meter.read_units, meter.write_units

    def profile(self, subjects: Iterable[Subject]) -> None:
        for subject in subjects:
            module = subject.package.handler.rpartition(".")[0].replace("/", ".")
            probed = replace(subject.package, handler="probe.handler")
            events = self._events(subject, PROFILE_CALLS)
            with NamedTemporaryFile("r") as log:
                with self._process(probed, PROBED=module, PROBE_LOG=log.name) as process:
                    process.first(events[0])
                    until = time.monotonic() + PROFILE_SECONDS
                    for event in events[1:]:
                        must_succeed(process.call(event)[1])
                        if time.monotonic() > until:
                            break
                lines = [json.loads(line) for line in log]
            lines = lines[len(lines) // 3:]
            self.of(subject).profile = {
                part: sum(line[part] for line in lines) / len(lines) for part in lines[0]}

    def round(self, subjects: Iterable[Subject], warm_calls: int) -> None:
        """Add one cold start of each, and the warm calls that follow it."""
        for subject in random.sample(list(subjects), k=len(list(subjects))):
            events = self._events(subject, 2 * warm_calls + 2)
            samples = self.of(subject)
            with self._process(subject.package) as process:
                start, answer = process.first(events[0])
                must_succeed(answer)
                samples.init.append(start.init_ms)
                samples.cold.append(start.first_answer_ms)
                samples.cold_cpu.append(start.cpu_ms)
                _warm(process, events[1:], warm_calls, samples)
                samples.peak_mb.append(process.peak_mb())


def _warm(process: LambdaProcess, events: list[Any], calls: int, samples: Samples) -> None:
    """Add up to `calls` warm calls; as many before them warm caches and are not counted."""
    first_ms, answer = process.call(events[0])
    must_succeed(answer)
    # A function that takes a second on purpose, so that it tells nothing, is called once.
    calls = max(1, min(calls, int(PATIENCE_MS / first_ms)))
    for event in events[1:calls + 1]:
        must_succeed(process.call(event)[1])
    before, taken = process.cpu_ms(), []
    for event in events[calls + 1:2 * calls + 1]:
        milliseconds, answer = process.call(event)
        must_succeed(answer)
        taken.append(milliseconds)
    samples.warm += taken
    samples.warm_of_round.append(statistics.median(taken))
    samples.warm_cpu.append((process.cpu_ms() - before) / calls)
