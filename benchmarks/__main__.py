"""`python -m benchmarks`: measure the functions; `python -m benchmarks scale`: fill the store;
`python -m benchmarks passwords`: search for the password that takes longest to judge.

Results go to reports/benchmark.json and the screen; --publish also renews the tables and
the chart of docs/performance.md.
"""

import argparse
import json
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import chart, judging, machine, report, scale, store
from benchmarks.cloud import RestOfAws
from benchmarks.figures import summary
from benchmarks.measure import Measurement, Subject
from benchmarks.packages import Packages
from benchmarks.runtime import Runtime, runtime
from benchmarks.scenarios import Scenarios
from benchmarks.stage import MeasuredStage
from scripts import package
from scripts.checkout import ROOT

RESULTS = ROOT / "reports" / "benchmark.json"
WARM_UP_SECONDS = 10
NAIVE = {"ping", "createUser", "getUser", "createSession", "getSession", "refreshSession",
         "deleteSession", "getJwks", "authorizer", "clientIdAuthorizer"}
FIRST_USE = "authorizer, first use"


def main() -> None:
    arguments = _arguments()
    if arguments.what == "scale":
        scale.run(arguments.most, arguments.publish)
        return
    if arguments.what == "passwords":
        judging.run(arguments.seconds, arguments.publish)
        return
    used = runtime()
    with TemporaryDirectory() as folder, store.running() as running, RestOfAws() as cloud:
        stage = MeasuredStage(running.address, cloud)
        scenarios = Scenarios(stage)
        arguments.functions = with_scenario(arguments.functions, scenarios.known())
        subjects = _subjects(Packages(Path(folder), used), arguments.functions)
        stage.build()
        _tell(f"warming up {running.name}")
        stage.warm_up(WARM_UP_SECONDS)
        measurement = Measurement(used.python, stage, scenarios)
        _measure(measurement, subjects, running.address, arguments)
        told = machine.describe(used.version, running.name)
    _report(measurement, told, arguments, used)


def _measure(measurement: Measurement, subjects: list[Subject], address: str,
             arguments: argparse.Namespace) -> None:
    served = [subject for subject in subjects if subject.form != "empty"]
    _tell(f"counting the units of {len(served)} functions")
    measurement.count_units(served, address)
    if arguments.rounds:
        _tell("profiling warm calls")
        measurement.profile(
            [subject for subject in served if subject.form == "ours"])
    started_at = time.monotonic()
    for number in range(1, arguments.rounds + 1):
        measurement.round([subject for subject in subjects if subject.scenario != FIRST_USE],
                          arguments.warm_calls)
        _tell(f"round {number} of {arguments.rounds}, "
              f"{time.monotonic() - started_at:.0f} s")


def _subjects(packages: Packages, functions: list[str]) -> list[Subject]:
    naive = packages.naive()
    subjects = [Subject("empty", "empty", packages.empty())]
    for function in functions:
        _tell(f"packaging {function}")
        ours = packages.ours(function)
        subjects.append(Subject("ours", function, ours))
        if function == "authorizer":
            subjects.append(Subject("ours", FIRST_USE, ours))
        if function in NAIVE:
            name = ours.handler.split("/")[-1].split(".")[0]
            subjects.append(Subject("naive", function, naive.named(name)))
    return subjects


def _report(measurement: Measurement, told: dict[str, str | int], arguments: argparse.Namespace,
            used: Runtime) -> None:
    samples, functions = measurement.samples, list(arguments.functions)
    if not used.is_lambdas:
        print(f"Note: no Python 3.13 here, measured on {used.version}.")
    units = {scenario: found for (form, scenario), found in samples.items() if form == "ours"}
    for scenario, found in units.items():
        print(f"{scenario:26} {found.read_units:4g} R {found.write_units:4g} W  "
              f"{found.requests}")
    if not arguments.rounds:
        return
    cold, warm = report.cold_rows(samples, functions), report.warm_rows(samples, functions)
    print(report.aligned(report.COLD, cold), report.aligned(report.WARM, warm), sep="\n\n")
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(told | {"rounds": arguments.rounds, "functions": {
        f"{scenario} ({form})": summary(found) for (form, scenario), found in samples.items()
        if found.cold}}, indent=2) + "\n")
    print(f"\n{machine.sentence(told)}\nThe results are in {RESULTS.relative_to(ROOT)}.")
    if arguments.publish:
        text = f"{machine.sentence(told)} {arguments.rounds} rounds."
        report.publish("cold", f"{text}\n\n{report.markdown(report.COLD, cold)}")
        report.publish("warm", report.markdown(report.WARM, warm))
        chart.draw(RESULTS, report.CHART, used.python)


def with_scenario(functions: list[str], known: list[str]) -> list[str]:
    """Return the functions that can be measured, and say which are left out."""
    if left_out := [function for function in functions if function not in known]:
        _tell("left out, because benchmarks/scenarios.py does not say what they are asked: "
              f"{', '.join(left_out)}")
    return [function for function in functions if function in known]


def _tell(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def _arguments() -> argparse.Namespace:
    known = list(package.functions())
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measure the packaged functions under Lambda's runtime interface client.")
    parser.add_argument("what", nargs="?", choices=("functions", "scale", "passwords"),
                        default="functions")
    parser.add_argument("--rounds", type=int, default=8,
                        help="interleaved rounds (default %(default)s); 0 counts units only")
    parser.add_argument("--warm-calls", type=int, default=10,
                        help="measured warm calls a round (default %(default)s)")
    parser.add_argument("--functions", type=lambda text: text.split(","), default=known,
                        help="comma separated names such as createSession; default: all")
    parser.add_argument("--most", type=int, default=1_000_000,
                        help="of scale: the most sessions (default %(default)s)")
    parser.add_argument("--seconds", type=int, default=60,
                        help="of passwords: how long to search (default %(default)s)")
    parser.add_argument("--publish", action="store_true",
                        help="renew the tables and charts of docs/performance.md")
    arguments = parser.parse_args()
    if unknown := set(arguments.functions) - set(known):
        parser.error(f"there is no function {', '.join(sorted(unknown))}")
    if arguments.rounds < 0 or arguments.warm_calls < 1 or arguments.most < 100:
        parser.error("--rounds must be at least 0, --warm-calls 1, --most 100")
    return arguments


if __name__ == "__main__":
    main()
