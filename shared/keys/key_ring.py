"""A ring of versioned keys: the newest key signs, and all of them verify.

Keys live in a secret whose versions carry Secrets Manager's staging labels: AWSCURRENT is the
newest, AWSPREVIOUS the one before, AWSPENDING the next one, already accepted before it is ever
used. Only AWSCURRENT is fetched until somebody asks for another key. What was fetched is
forgotten after MAX_AGE_SECONDS, so that a rotation reaches a warm container; an unknown key id
makes the ring look again, at most every RELOAD_SECONDS, so that forged ids cannot be turned into
load.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Generic, Protocol, TypeVar

from shared.errors import Misconfigured, Unavailable

MAX_AGE_SECONDS = 300
RELOAD_SECONDS = 10
CURRENT, PREVIOUS, PENDING = "AWSCURRENT", "AWSPREVIOUS", "AWSPENDING"
LEAST_SECRET_CHARACTERS = 32


class Key(Protocol):
    @property
    def key_id(self) -> str: ...


K = TypeVar("K", bound=Key)


class KeyRing(Generic[K]):
    """Keys derived by `derive` from the secret that `fetch(label)` returns (None: no such version).

    `now` returns epoch seconds. Every method raises Misconfigured when it fetches the current
    secret and finds it missing or shorter than LEAST_SECRET_CHARACTERS, and Unavailable when it
    cannot be fetched and nothing was fetched before.
    """

    def __init__(self, fetch: Callable[[str], str | None], derive: Callable[[str], K],
                 now: Callable[[], int]) -> None:
        self._fetch, self._derive, self._now = fetch, derive, now
        self._keys: dict[str, K] = {}
        self._newest: K | None = None
        self._complete = self._was_complete = False
        self._fetched_at = self._looked_at = -MAX_AGE_SECONDS

    def newest(self) -> K:
        """Return the key that signs."""
        if self._newest is not None and self._now() < self._fetched_at + MAX_AGE_SECONDS:
            return self._newest
        try:
            return self._load_current()
        except Unavailable:
            if self._newest is None:
                raise
            # The key that was fetched before still counts; the next try is RELOAD_SECONDS away.
            self._fetched_at = self._now() - MAX_AGE_SECONDS + RELOAD_SECONDS
            return self._newest

    def find(self, key_id: str) -> K | None:
        """Return the key with this id, or None when no version of the secret gives it.

        While a version cannot be read, keys that were fetched before are still found, and any
        other id raises Unavailable, because it may be one of ours.
        """
        newest = self.newest()
        if key_id == newest.key_id:
            return newest
        lasts = MAX_AGE_SECONDS if self._complete and key_id in self._keys else RELOAD_SECONDS
        if self._now() >= self._looked_at + lasts:
            with suppress(Unavailable):
                self._look()
        if key_id not in self._keys and not self._complete:
            raise Unavailable("not every version of a secret can be read")
        return self._keys.get(key_id)

    def every(self) -> list[K]:
        """Return all keys that verify, the newest first. They are not fetched again for
        RELOAD_SECONDS, because anybody may ask for them and fetching them takes three requests.

        While a version cannot be read, the keys of the last complete look are listed on. Before
        there was one, this raises Unavailable, also without a fetch between two looks: a list that
        lacks a key makes good tokens fail at those who verify with it.
        """
        if self._now() >= self._looked_at + RELOAD_SECONDS:
            try:
                self._look()
            except Unavailable:
                if not self._was_complete:
                    raise
        if not self._was_complete:
            raise Unavailable
        newest = self.newest()
        return list(({newest.key_id: newest} | self._keys).values())

    def _look(self) -> None:
        self._looked_at, self._complete = self._now(), False
        keys = [self._load_current()]
        for label in (PREVIOUS, PENDING):
            secret = self._fetch(label)
            if secret is not None:
                keys.append(self._derive(_long_enough(secret)))
        self._keys = {key.key_id: key for key in keys}
        self._complete = self._was_complete = True

    def _load_current(self) -> K:
        key = self._derive(_long_enough(self._fetch(CURRENT)))
        self._keys[key.key_id], self._newest, self._fetched_at = key, key, self._now()
        return key


def _long_enough(secret: str | None) -> str:
    if secret is None or len(secret) < LEAST_SECRET_CHARACTERS:
        raise Misconfigured(f"a secret is missing or under {LEAST_SECRET_CHARACTERS} characters")
    return secret
