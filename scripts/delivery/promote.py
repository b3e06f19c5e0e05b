"""promote: a zip goes on only if the environment before runs that very zip."""

import json
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path

from scripts.checkout import Refused
from scripts.delivery.functions import Function
from scripts.delivery.kept_zip import KeptZip


def promote(pairs: Sequence[tuple[Function, KeptZip]], target: str, record: Path,
            run: str) -> None:
    """Write the promotion record for stage `target`; raise Refused, and write none, if the
    functions' stage runs anything else."""
    record.unlink(missing_ok=True)
    live = {function.name: function.live() for function, _ in pairs}
    for function, kept in pairs:
        if live[function.name].sha256 != kept.sha256:
            raise Refused(
                f"{function.full_name} runs {live[function.name].sha256}, and {kept.path} is "
                f"{kept.sha256}: what goes to {target} must be what {function.stage} runs.")
    record.parent.mkdir(parents=True, exist_ok=True)
    record.write_text(json.dumps({
        "from": pairs[0][0].stage,
        "to": target,
        "promoted_at": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "run": run,
        "functions": [{"function": function.name, "sha256": kept.sha256,
                       "version": live[function.name].number} for function, kept in pairs],
    }, indent=2) + "\n")
