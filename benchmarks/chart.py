"""Draws the chart of docs/performance.md; runs on the benchmark's own Python, which has
matplotlib: `python chart.py RESULTS PNG`.
"""

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

COLOURS = {"ours": "#2563a8", "naive": "#b8bcc4", "empty": "#6b7280"}
SECOND_MS = 900


def draw(results: Path, picture: Path, python: Path) -> None:
    subprocess.run([str(python), __file__, str(results), str(picture)], check=True)


def _draw(results: dict[str, Any], picture: Path) -> None:
    # Looked up by name: only the benchmark's own Python has it, not the one that checks types.
    import_module("matplotlib").use("Agg")
    pyplot: Any = import_module("matplotlib.pyplot")

    functions = results["functions"]
    # Those that take a second on purpose would squeeze the others.
    names = sorted({name.partition(" (")[0] for name, found in functions.items()
                    if name.endswith("(ours)") and found["warm"]["p50"] < SECOND_MS},
                   key=lambda name: functions[f"{name} (ours)"]["cold"]["median"])
    figure, (cold, warm) = pyplot.subplots(1, 2, figsize=(11, 0.42 * len(names) + 1.6),
                                           sharey=True, layout="constrained")
    for offset, form in ((0.2, "ours"), (-0.2, "naive")):
        present = [(place, functions[f"{name} ({form})"]) for place, name in enumerate(names)
                   if f"{name} ({form})" in functions]
        places = [place + offset for place, _ in present]
        medians = [found["cold"]["median"] for _, found in present]
        spread = [[found["cold"]["median"] - found["cold"]["p25"] for _, found in present],
                  [found["cold"]["p75"] - found["cold"]["median"] for _, found in present]]
        cold.barh(places, medians, 0.36, xerr=spread, color=COLOURS[form], label=form,
                  error_kw={"elinewidth": 0.8, "ecolor": "#374151"})
        warm.barh(places, [found["warm"]["p50"] for _, found in present], 0.36,
                  color=COLOURS[form], label=form)
    cold.axvline(functions["empty (empty)"]["cold"]["median"], color=COLOURS["empty"],
                 linestyle="--", linewidth=1, label="empty function")
    cold.set_yticks(range(len(names)), names)
    cold.set_ylim(-0.6, len(names) - 0.4)
    cold.set_xlabel("cold start, spawn to first answer, ms (median, quartiles)")
    warm.set_xlabel("warm call, ms (median)")
    for axes in (cold, warm):
        axes.spines[["top", "right"]].set_visible(False)
    cold.legend(frameon=False, loc="lower right")
    figure.savefig(picture, dpi=110)


if __name__ == "__main__":
    _draw(json.loads(Path(sys.argv[1]).read_text()), Path(sys.argv[2]))
