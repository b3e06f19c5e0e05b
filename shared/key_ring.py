"""A ring of versioned keys: the newest signs, every one of them verifies.

Keys live in a secret whose versions carry Secrets Manager's staging labels:
AWSCURRENT is the newest, AWSPREVIOUS the one before, AWSPENDING the next one,
already accepted before it is ever used. Only AWSCURRENT is fetched until a key
is asked for that is not at hand. What was fetched is forgotten after
MAX_AGE_SECONDS, so that a rotation reaches a warm container; an unknown key id
makes the ring look again, at most every RELOAD_SECONDS, so that forged ids
cannot be turned into load.
"""

from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from shared.errors import Misconfigured, Unavailable

MAX_AGE_SECONDS = 300
RELOAD_SECONDS = 10
CURRENT, PREVIOUS, PENDING = LABELS = ("AWSCURRENT", "AWSPREVIOUS", "AWSPENDING")
LEAST_SECRET_CHARACTERS = 32


class Key(Protocol):
    @property
    def key_id(self) -> str: ...


K = TypeVar("K", bound=Key)


class KeyRing(Generic[K]):
    """Keys derived by `derive` from the secret that `fetch(label)` returns (None: no such version).

    `now` returns epoch seconds. Every method raises Misconfigured when the current
    secret is missing or shorter than LEAST_SECRET_CHARACTERS, and Unavailable when it
    cannot be fetched and nothing was fetched before.
    """

    def __init__(self, fetch: Callable[[str], str | None], derive: Callable[[str], K],
                 now: Callable[[], int]) -> None:
        self._fetch, self._derive, self._now = fetch, derive, now
        self._keys: dict[str, K] = {}
        self._newest: K | None = None
        self._fetched_at = self._looked_at = -MAX_AGE_SECONDS

    def newest(self) -> K:
        """Return the key that signs."""
        if self._newest is None or self._now() >= self._fetched_at + MAX_AGE_SECONDS:
            return self._load_current()
        return self._newest

    def find(self, key_id: str) -> K | None:
        """Return the key with this id, or None when no version of the secret gives it."""
        self.newest()
        if key_id not in self._keys and self._now() >= self._looked_at + RELOAD_SECONDS:
            self.every()
        return self._keys.get(key_id)

    def every(self) -> list[K]:
        """Return all keys that verify, the newest first, as the secret has them now."""
        self._load_current()
        self._looked_at = self._now()
        for label in (PREVIOUS, PENDING):
            secret = self._fetch(label)
            if secret is not None:
                key = self._derive(_long_enough(secret))
                self._keys.setdefault(key.key_id, key)
        return list(self._keys.values())

    def _load_current(self) -> K:
        try:
            secret = self._fetch(CURRENT)
        except Unavailable:
            if self._newest is None:
                raise
            # The keys at hand stay good; the next look is a full reload interval away.
            self._fetched_at = self._now() - MAX_AGE_SECONDS + RELOAD_SECONDS
            return self._newest
        key = self._derive(_long_enough(secret))
        self._keys, self._newest, self._fetched_at = {key.key_id: key}, key, self._now()
        return key


def _long_enough(secret: str | None) -> str:
    if secret is None or len(secret) < LEAST_SECRET_CHARACTERS:
        raise Misconfigured(f"a secret is missing or under {LEAST_SECRET_CHARACTERS} characters")
    return secret
