"""For libraries that want the keys, or their address, and do not look for them themselves."""

import json
import time
from collections.abc import Callable
from typing import Any
from urllib.request import urlopen

KEPT_SECONDS = 300


def fetched(address: str) -> dict[str, Any]:
    with urlopen(address, timeout=5) as answer:
        found: dict[str, Any] = json.load(answer)
    return found


def configuration(issuer: str) -> dict[str, Any]:
    found = fetched(f"{issuer}/.well-known/openid-configuration")
    if found["issuer"] != issuer:
        raise ValueError(f"{found['issuer']} is not {issuer}")
    return found


def kept_keys(jwks_uri: str) -> Callable[[], dict[str, Any]]:
    """Return what gives the key set, and fetches it when it is five minutes old."""
    kept: dict[str, Any] = {}
    fetched_at = -float("inf")

    def keys() -> dict[str, Any]:
        nonlocal kept, fetched_at
        if time.monotonic() >= fetched_at + KEPT_SECONDS:
            kept, fetched_at = fetched(jwks_uri), time.monotonic()
        return kept

    return keys
