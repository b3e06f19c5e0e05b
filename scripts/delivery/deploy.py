"""deploy: kept zips become versions; each is seen to start; then the traffic moves.

The moves are written down for the pipeline to keep.
"""

import json
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from pathlib import Path

from scripts.checkout import Refused
from scripts.delivery import aws
from scripts.delivery.functions import LATEST, Function, Version
from scripts.delivery.kept_zip import KeptZip
from scripts.delivery.start_check import AT_ONCE, DoesNotStart, require_start


@dataclass(frozen=True, slots=True)
class Move:
    """The traffic of a function goes from version `before` to version `after`, which runs the
    zip with this sha256."""

    function: str
    sha256: str
    before: str
    after: str


def deploy(pairs: Sequence[tuple[Function, KeptZip]], record: Path) -> list[Move]:
    """Deploy each zip, or none: the traffic moves only when every new version starts."""
    record.unlink(missing_ok=True)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        moves = list(pool.map(_prepare, *zip(*pairs, strict=True)))
    write_record(record, pairs[0][0].stage, moves)
    for (function, _), move in zip(pairs, moves, strict=True):
        if move.after != move.before:
            function.move(Version(move.after, move.sha256), away_from=move.before)
    for (function, _), move in zip(pairs, moves, strict=True):
        _prune(function, move)
    return moves


def _prepare(function: Function, kept: KeptZip) -> Move:
    before = _pinned(function)
    function.update(kept)
    version = function.publish(kept.code_sha256)
    try:
        require_start(function, version)
    except DoesNotStart as refusal:
        if version.number == before:
            raise
        if version != function.checked():
            function.delete([version.number])
        raise Refused(f"{refusal}. The traffic stays with version {before}.") from refusal
    return Move(function.name, kept.sha256, before, version.number)


def _pinned(function: Function) -> str:
    """Return the version that has the traffic. On a stage that is new the alias points at
    $LATEST, whose code is about to change: it is pinned to what $LATEST is now."""
    live = function.live()
    if live.number == LATEST:
        live = function.publish()
        # With SnapStart it takes no traffic before its snapshot is there. If it does not start,
        # $LATEST, which it is, does not either.
        with suppress(DoesNotStart):
            require_start(function, live)
        function.move(live, away_from=LATEST)
    return live.number


def _prune(function: Function, move: Move) -> None:
    """Keep the version that has the traffic, and one that is known to be good. A version is up
    to 250 MB of the account's storage, and is billed by the hour with SnapStart. What is left
    over does no harm, so that it fails no delivery."""
    try:
        kept = {move.after, _good(function, move)}
        function.delete(number for number in function.versions() if str(number) not in kept)
    except (Refused, *aws.FAILURES) as failure:
        print(f"{function.name}: versions that are no longer needed are still there, and the next "
              f"deployment deletes them ({failure}).", file=sys.stderr)


def _good(function: Function, move: Move) -> str | None:
    """Return the version to go back to: what was checked last, which is not what had the traffic
    if a job was lost before it was checked. After the same zip again, it is the one before."""
    checked = function.checked()
    if checked is not None and checked.number != move.after:
        return checked.number
    if move.before != move.after:
        return move.before
    older = [number for number in function.versions() if number < int(move.after)]
    return str(older[-1]) if older else None


def write_record(record: Path, stage: str, moves: Sequence[Move]) -> None:
    record.parent.mkdir(parents=True, exist_ok=True)
    record.write_text(json.dumps({
        "stage": stage,
        "deployed_at": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "moves": [asdict(move) for move in moves],
    }, indent=2) + "\n")
