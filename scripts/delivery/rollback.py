"""rollback: traffic goes back to the version it came from."""

import json
from pathlib import Path

from scripts.delivery.deploy import Move
from scripts.delivery.functions import LATEST, Function, Version
from scripts.delivery.kept_zip import Refused


def undo(record: Path, region: str) -> list[Move]:
    """Undo what the recorded deployment moved; return what was moved back.

    Nothing was moved when there is no record, when the zip was live before, or when the
    traffic has gone elsewhere since.
    """
    if not record.exists():
        return []
    noted = json.loads(record.read_text())
    undone = []
    for move in (Move(**fields) for fields in noted["moves"]):
        function = Function(move.function, noted["stage"], region)
        if move.before != move.after and function.live().number == move.after:
            undone.append(_move_back(function, move.after, move.before))
    return undone


def back(function: Function) -> Move:
    """Move the traffic to the newest version older than the one that has it."""
    live = function.live()
    older = [] if live.number == LATEST else [
        number for number in function.versions() if number < int(live.number)]
    if not older:
        raise Refused(f"No version older than {live.number} of {function.full_name} is kept. "
                      "Run the deploy stage of an earlier run of its pipeline again, or "
                      "`make deploy` with an earlier zip.")
    return _move_back(function, live.number, str(older[-1]))


def _move_back(function: Function, away_from: str, number: str) -> Move:
    version: Version = function.version(number)
    function.move(version, away_from=away_from)
    return Move(function.name, version.sha256, away_from, number)
