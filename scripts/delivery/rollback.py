"""rollback: traffic goes back, to what was checked last or by one version."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from scripts.checkout import Refused
from scripts.delivery.deploy import Move
from scripts.delivery.functions import LATEST, Function, NotThere, Version
from scripts.delivery.start_check import DoesNotStart, require_starts


class Way(NamedTuple):
    """The way back of a function; `back` is None where there is none."""

    function: Function
    live: Version
    back: Version | None


def unchecked(functions: Sequence[Function]) -> list[Way]:
    """Return the ways of those whose traffic is with a version that has not passed its smoke
    check, whoever has left it there: to the one that did last."""
    return [way for way in _ways_to_checked(functions) if way.back != way.live]


def _ways_to_checked(functions: Sequence[Function]) -> Iterator[Way]:
    for function in functions:
        try:
            yield Way(function, function.live(), function.checked())
        except NotThere:
            # A stage, or a function on it, that is new: nothing of it has traffic.
            continue


def one_back(functions: Sequence[Function]) -> list[Way]:
    """Return the way of each to the newest version older than the one that has its traffic;
    raise Refused if one has none."""
    ways = [_step_back(function) for function in functions]
    stuck = [way.function.name for way in ways if way.back is None]
    if stuck:
        raise Refused(f"No version older than the live one is kept of {', '.join(stuck)}; "
                      "nothing was moved. Run the deploy stage of an earlier run of its "
                      "pipeline again, or `make deploy` with an earlier zip.")
    return ways


def _step_back(function: Function) -> Way:
    live = function.live()
    older = [] if live.number == LATEST else [
        number for number in function.versions() if number < int(live.number)]
    return Way(function, live, function.version(str(older[-1])) if older else None)


def go(ways: Sequence[Way]) -> Iterator[Move]:
    """Move the traffic, and yield each move made. All are seen to start before the first one
    moves, which wakes those that have been idle for weeks: if one does not start, none moves.

    What has the traffic then counts as checked: it was, or a person has chosen it.
    """
    steps = [(way.function, way.live, way.back) for way in ways if way.back is not None]
    try:
        require_starts([(function, back) for function, _, back in steps])
    except DoesNotStart as refusal:
        raise Refused(f"{refusal}. Nothing was moved.") from refusal
    for function, live, back in steps:
        function.move(back, away_from=live.number)
        function.mark_checked(back)
        yield Move(function.name, back.sha256, live.number, back.number)
