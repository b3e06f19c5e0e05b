"""What the figures were measured on, as far as the machine tells."""

import os
import platform
from datetime import UTC, datetime
from pathlib import Path


def describe(python: str, store: str = "") -> dict[str, str | int]:
    """`store` is empty if none was used."""
    return {"date": datetime.now(UTC).date().isoformat(), "cores": os.cpu_count() or 0,
            "processor": _processor(), "system": platform.system(), "python": python,
            "store": store}


def sentence(machine: dict[str, str | int]) -> str:
    store = f", store {machine['store']}" if machine["store"] else ""
    return (f"Measured on {machine['date']}: {machine['cores']} cores of {machine['processor']}, "
            f"{machine['system']}, Python {machine['python']}{store}.")


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()
