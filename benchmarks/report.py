"""The figures as tables, and their place in docs/performance.md."""

import re
from collections.abc import Iterable
from pathlib import Path

from benchmarks.figures import own_python_ratio, percentile, ratio
from benchmarks.measure import Samples
from scripts.checkout import ROOT

DOCS = ROOT / "docs" / "performance.md"
CHART = ROOT / "docs" / "performance.png"
Table = dict[tuple[str, str], Samples]

COLD = ("function", "cold start ms", "of it init ms", "CPU ms", "x empty", "x naive",
        "CPU x naive", "peak MB", "zip KB")
WARM = ("function", "p50 ms", "p99 ms", "x naive", "CPU ms", "CPU x naive", "own Python x SDK",
        "without signatures", "requests", "R", "W")


def cold_rows(samples: Table, scenarios: Iterable[str]) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for scenario in scenarios:
        ours, naive = samples["ours", scenario], samples.get(("naive", scenario))
        empty = samples["empty", "empty"]
        rows.append((
            scenario, f"{percentile(ours.cold, 50):.0f}", f"{percentile(ours.init, 50):.0f}",
            f"{percentile(ours.cold_cpu, 50):.0f}", str(ratio(ours.cold, empty.cold)),
            str(ratio(ours.cold, naive.cold)) if naive else "",
            str(ratio(ours.cold_cpu, naive.cold_cpu)) if naive else "",
            f"{percentile(ours.peak_mb, 50):.0f}", f"{ours.zipped_bytes / 1000:.0f}"))
    return rows


def warm_rows(samples: Table, scenarios: Iterable[str]) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for scenario in scenarios:
        ours, naive = samples["ours", scenario], samples.get(("naive", scenario))
        own, unsigned = (own_python_ratio(ours.profile),
                         own_python_ratio(ours.profile, "signatures"))
        rows.append((
            scenario, f"{percentile(ours.warm, 50):.2f}", f"{percentile(ours.warm, 99):.2f}",
            str(ratio(ours.warm_of_round, naive.warm_of_round)) if naive else "",
            f"{percentile(ours.warm_cpu, 50):.2f}",
            str(ratio(ours.warm_cpu, naive.warm_cpu)) if naive else "",
            f"{own:.2f}" if own else "", f"{unsigned:.2f}" if unsigned else "",
            str(sum(ours.requests.values())),
            f"{ours.read_units:g}", f"{ours.write_units:g}"))
    return rows


def markdown(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [header, ("---",) + ("---:",) * (len(header) - 1), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def aligned(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    widths = [max(len(line[i]) for line in [header, *rows]) for i in range(len(header))]
    return "\n".join("  ".join([line[0].ljust(widths[0])] + [
        cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True)])
        for line in [header, *rows])


def publish(name: str, text: str, page: Path = DOCS) -> None:
    """Put `text` between the two comments on the page that bear `name`."""
    begin, end = f"<!-- {name}: measured -->", f"<!-- {name}: end -->"
    content = page.read_text(encoding="utf-8")
    pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
    if not pattern.search(content):
        raise SystemExit(f"{page} has no place for {name}")
    page.write_text(pattern.sub(lambda _: f"{begin}\n{text}\n{end}", content), encoding="utf-8")
