"""What is known to have passed its smoke check: the alias `checked` of each function."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from scripts.checkout import Refused
from scripts.delivery.functions import LATEST, Function, Version


@contextmanager
def checked(functions: Sequence[Function]) -> Iterator[Mapping[Function, Version]]:
    """Yield what has the traffic of each, and mark it as checked if the checks that are run
    meanwhile pass and the traffic has stayed there; else raise Refused, and mark none."""
    live = {function: function.live() for function in functions}
    yield live
    moved = [function.name for function in functions if function.live() != live[function]]
    if moved:
        raise Refused(f"Another deployment has moved the traffic of {', '.join(moved)} while this "
                      "was checked; check again.")
    for function, version in live.items():
        # $LATEST may become other code at any time.
        if version.number != LATEST:
            function.mark_checked(version)
