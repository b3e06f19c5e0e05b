"""Explore the session state machine: `python -m tests.model` (about ten minutes).

Prints the states and transitions covered. When an invariant is broken, writes the shortest
counterexample to a file and ends with status 1.
"""

import argparse
import sys
import time
from pathlib import Path

from tests.model.catalogue import FLAWED, LARGE, OURS, SMALL, described
from tests.model.explore import explore
from tests.model.report import told
from tests.model.steps import World


def main() -> int:
    arguments = _parsed()
    flawed = FLAWED.get(arguments.rules)
    every = (flawed.bounds,) if flawed else SMALL if arguments.small else LARGE
    states = transitions = 0
    for bounds in every:
        began = time.monotonic()
        rules = (flawed.rules if flawed else OURS)(bounds.lifetimes)
        report = explore(World(bounds, rules))
        states, transitions = states + report.states, transitions + report.transitions
        print(f"{described(bounds)}: {report.states:,} states, {report.transitions:,} "
              f"transitions, {time.monotonic() - began:.0f} s", flush=True)
        if report.counterexample:
            text = told(report.counterexample, bounds)
            arguments.counterexample.parent.mkdir(parents=True, exist_ok=True)
            arguments.counterexample.write_text(text, encoding="utf-8")
            print(f"\n{text}\nWritten to {arguments.counterexample}.")
            return 1
    print(f"Every invariant holds in all of {states:,} states and {transitions:,} transitions.")
    return 0


def _parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.model",
                                     description=__doc__.partition("\n\n")[2])
    parser.add_argument("--small", action="store_true",
                        help="only the bounds that the tests explore (half a minute)")
    parser.add_argument("--rules", choices=["ours", *FLAWED], default="ours",
                        help="the rules to explore; all but ours are known to be flawed")
    parser.add_argument("--counterexample", type=Path, metavar="FILE",
                        default=Path("reports/model-counterexample.txt"),
                        help="where a counterexample goes (%(default)s)")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
