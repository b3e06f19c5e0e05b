"""Ways through the account pages: what somebody does there, and how it is seen and done."""

import os
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from tests.browser.driver import Driver, Report

# What is looked for on every way. axe-core has nothing to say, of WCAG 2.2 AA and its best
# practices. In a window of 320 by 256 pixels, and with spaced text, everything fits, and nothing is
# too small to be pressed. The focus can be seen, and is not lost. There is no noise: nothing in the
# console, stopped by the policy, or asked of another origin, and no dialog of a script. No token
# leaks into an address, a title or a Referer.
KINDS = ("axe", "fit", "focus", "noise", "leaks")
# The longest ones begin first.
LONGEST = ("slow", "passkey", "app", "failing")


class Way(NamedTuple):
    """The scenario `pages_<scenario>` in a language, by the `mouse` or by the `keyboard` alone, in
    a colour scheme that is `light` or `dark`."""

    scenario: str
    language: str = "en"
    hands: str = "mouse"
    scheme: str = "light"

    def __str__(self) -> str:
        return "-".join(self)


Reports = Mapping[Way, Report]


# Whether each scenario is gone through in each language; else it is in one, which takes turns.
ALL_WAYS = os.environ.get("ALL_WAYS") == "yes"


def ways_of(scenario: str, number: int) -> list[Way]:
    """Return the ways of the scenario of this number: each language, with what goes with it, or the
    one whose turn it is."""
    ways = [Way(scenario, "en", "mouse", "light"), Way(scenario, "de", "keyboard", "dark"),
            Way(scenario, "ar", *(("mouse", "dark") if number % 2 else ("keyboard", "light")))]
    return ways if ALL_WAYS else [ways[number % len(ways)]]


def reports_of(driver: Driver, ways: Sequence[Way]) -> Reports:
    """Let people go these ways at once, because they mostly wait."""
    ordered = sorted(ways, key=lambda way: way.scenario not in LONGEST)
    runs = (way._asdict() | {"scenario": f"pages_{way.scenario}"} for way in ordered)
    return dict(zip(ordered, driver.run(*runs), strict=True))


def of(reports: Reports, scenario: str) -> list[Report]:
    """Return the reports of a scenario, of which there is at least one."""
    found = [report for way, report in reports.items() if way.scenario == scenario]
    assert found
    return found


def faults(reports: Reports, kind: str) -> dict[str, set[str]]:
    """Return what was found of a kind, and on which ways."""
    told: dict[str, set[str]] = {}
    for way, report in reports.items():
        for fault in report.get(kind, []):
            told.setdefault(fault, set()).add(str(way))
    return told
