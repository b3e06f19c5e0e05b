"""What the steps are told, by option or by a variable of the environment."""

import argparse
import os
from collections.abc import Callable
from pathlib import Path

from scripts.checkout import ROOT, Refused

# How people say to make what a step needs.
EXAMPLES = {"STAGE": "STAGE=dev", "FROM": "FROM=dev", "TO": "TO=test"}
# An account that the smoke checks may use where addresses must be verified.
ACCOUNT = ("SMOKE_EMAIL", "SMOKE_PASSWORD")


def from_environment(step: argparse.ArgumentParser, option: str, variable: str, name: str
                     ) -> None:
    step.add_argument(option, dest=name, default=os.environ.get(variable), metavar=variable)
    step.set_defaults(needs={**(step.get_default("needs") or {}), name: variable})


OPTIONS: dict[str, Callable[[argparse.ArgumentParser], object]] = {
    "function": lambda step: step.add_argument(
        "--function", default=os.environ.get("FUNCTION_NAME", ""), help="none: all of them"),
    "stage": lambda step: from_environment(step, "--stage", "STAGE", "stage"),
    "dist": lambda step: step.add_argument(
        "--dist", type=Path, default=os.environ.get("DIST") or ROOT / "dist/aws"),
    "param": lambda step: step.add_argument(
        "--param", action="append", default=os.environ.get("PARAMS", "").split(),
        metavar="NAME=VALUE"),
}


def require_needs(arguments: argparse.Namespace) -> None:
    """Raise Refused unless the step was told all that it needs."""
    for name, variable in arguments.needs.items():
        if not getattr(arguments, name):
            example = " ".join(EXAMPLES[needed] for needed in arguments.needs.values())
            raise Refused(f"{variable} is not set; name it, as in "
                          f"`make {arguments.step} {example}`.")


def smoke_account() -> tuple[str, str] | None:
    """Return its address and password. They come from the environment only, because others can
    see the options of a program."""
    email, password = (os.environ.get(variable, "") for variable in ACCOUNT)
    if bool(email) != bool(password):
        raise Refused(f"Set both {' and '.join(ACCOUNT)}, or neither.")
    return (email, password) if email else None
