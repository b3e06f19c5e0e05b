"""From samples to figures: medians, and ratios with their spread."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.measure import Samples


@dataclass(frozen=True, slots=True)
class Ratio:
    """The median of the rounds' ratios, and their quartiles."""

    median: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.median:.2f} ({self.low:.2f}-{self.high:.2f})"


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> Ratio:
    """Return ours / theirs, round by round. Both are of the same rounds."""
    ratios = sorted(a / b for a, b in zip(ours, theirs, strict=True))
    if len(ratios) == 1:
        return Ratio(ratios[0], ratios[0], ratios[0])
    low, median, high = statistics.quantiles(ratios, n=4, method="inclusive")
    return Ratio(median, low, high)


def percentile(values: Sequence[float], percent: int) -> float:
    """Return the smallest value that `percent` of all do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


def own_python_ratio(profile: Mapping[str, float], *left_out: str) -> float | None:
    """Return the handler's processor time without bcrypt's and that of the parts left out, over
    that of the SDK's calls in it; None for a function that calls nothing."""
    if not profile.get("sdk"):
        return None
    return (profile["handler"] - sum(profile[part] for part in ("bcrypt", *left_out))
            ) / profile["sdk"]


def summary(samples: Samples) -> dict[str, Any]:
    """Return what the results file holds of one function under one form."""
    found: dict[str, Any] = {
        "zipped_kb": round(samples.zipped_bytes / 1000, 1),
        "requests": samples.requests, "read_units": samples.read_units,
        "write_units": samples.write_units,
        "profile_cpu_ms": {part: round(spent, 3) for part, spent in samples.profile.items()}}
    for name in ("init", "cold", "cold_cpu", "warm_cpu", "peak_mb"):
        values = getattr(samples, name)
        found[name] = {"median": round(statistics.median(values), 2),
                       "p25": round(percentile(values, 25), 2),
                       "p75": round(percentile(values, 75), 2)}
    found["warm"] = {"p50": round(percentile(samples.warm, 50), 2),
                     "p99": round(percentile(samples.warm, 99), 2)}
    return found
