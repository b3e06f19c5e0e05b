"""promote: a zip goes on only if the stage before runs that very zip, and it was checked there."""

import json
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path

from scripts.checkout import Refused
from scripts.delivery.functions import Function, Version
from scripts.delivery.kept_zip import KeptZip


def promote(pairs: Sequence[tuple[Function, KeptZip]], target: str, record: Path,
            run: str) -> None:
    """Write the promotion record for stage `target`; raise Refused, and write none, if the
    functions' stage runs anything else or what it runs was not checked."""
    record.unlink(missing_ok=True)
    live = {function.name: function.live() for function, _ in pairs}
    for function, kept in pairs:
        require_kept(function, live[function.name], kept)
        if function.checked() != live[function.name]:
            raise Refused(
                f"{function.full_name} runs version {live[function.name].number}, which has not "
                f"passed its smoke check: run `make smoke FUNCTION={function.name} "
                f"STAGE={function.stage}`, or the deploying Go.cd stage again.")
    record.parent.mkdir(parents=True, exist_ok=True)
    record.write_text(json.dumps({
        "from": pairs[0][0].stage,
        "to": target,
        "promoted_at": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "run": run,
        "functions": [{"function": function.name, "sha256": kept.sha256,
                       "version": live[function.name].number} for function, kept in pairs],
    }, indent=2) + "\n")


def require_kept(function: Function, live: Version, kept: KeptZip) -> None:
    """Raise Refused unless what has the traffic runs this zip."""
    if live.sha256 != kept.sha256:
        raise Refused(f"{function.full_name} runs {live.sha256}, and {kept.path} is "
                      f"{kept.sha256}: another deployment has moved the traffic of "
                      f"{function.stage}, or this zip was not deployed there.")
