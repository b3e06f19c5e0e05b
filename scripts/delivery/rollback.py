"""rollback: traffic goes back to the version it came from."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from scripts.checkout import Refused
from scripts.delivery.deploy import Move
from scripts.delivery.functions import LATEST, Function, Version


def undo(record: Path, region: str) -> Iterator[Move]:
    """Undo what the recorded deployment moved; yield each move made.

    Nothing was moved when there is no record, when the zip was live before, or when the
    traffic has gone elsewhere since.
    """
    if not record.exists():
        return
    noted = json.loads(record.read_text())
    for move in (Move(**fields) for fields in noted["moves"]):
        function = Function(move.function, noted["stage"], region)
        if move.before != move.after and function.live().number == move.after:
            yield _move_back(function, move.after, move.before)


def back(functions: Sequence[Function]) -> Iterator[Move]:
    """Move the traffic of each to the newest version older than the one that has it, and yield
    each move made. All are checked before the first one moves: if one cannot go back, none
    moves."""
    steps = {function: _step_back(function) for function in functions}
    stuck = [function.name for function, step in steps.items() if step is None]
    if stuck:
        raise Refused(f"No version older than the live one is kept of {', '.join(stuck)}; "
                      "nothing was moved. Run the deploy stage of an earlier run of its "
                      "pipeline again, or `make deploy` with an earlier zip.")
    for function, step in steps.items():
        if step is not None:
            yield _move_back(function, *step)


def _step_back(function: Function) -> tuple[str, str] | None:
    """Return the version that has the traffic and the one before it, None if none is kept."""
    live = function.live().number
    older = [] if live == LATEST else [
        number for number in function.versions() if number < int(live)]
    return (live, str(older[-1])) if older else None


def _move_back(function: Function, away_from: str, number: str) -> Move:
    version: Version = function.version(number)
    function.move(version, away_from=away_from)
    return Move(function.name, version.sha256, away_from, number)
