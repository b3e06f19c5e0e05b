"""The services of this process, built once in each Lambda execution environment."""

import gc

from shared import settings
from shared.errors import Unavailable
from shared.wiring.services import Services

_built: dict[str, Services] = {}

if settings.on_lambda():
    # Init creates hardly any garbage, and looking for it costs a tenth of a start.
    gc.disable()


def services() -> Services:
    """Return this process's services, building them on the first call."""
    if "services" not in _built:
        _built["services"] = Services(settings.from_environment())
    return _built["services"]


def start(*needs: str) -> None:
    """On Lambda, build these members and fetch their keys now; elsewhere do nothing.

    Raises Misconfigured, which keeps the function from starting. A store that is down does not
    keep it from starting: the first request asks it again.
    """
    if not settings.on_lambda():
        return
    built = services()
    for name in needs:
        getattr(built, name)
    for key_ring in built.key_rings:
        try:
            key_ring.newest()
        except Unavailable:
            break
    gc.freeze()
    gc.enable()
