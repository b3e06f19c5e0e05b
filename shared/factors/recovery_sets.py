"""Makes sets of recovery codes: as they are kept, and as they are shown this once."""

import secrets
from collections.abc import Callable

from shared.factors.factors import RECOVERY, RecoveryCodes, about
from shared.factors.recovery_codes import digest, new_codes
from shared.factors.sealing import Sealer

KEY_BYTES = 32


class RecoverySets:
    """`now` returns epoch seconds."""

    def __init__(self, sealer: Sealer, now: Callable[[], int]) -> None:
        self._sealer, self._now = sealer, now

    def new(self, user_id: str) -> tuple[RecoveryCodes, tuple[str, ...]]:
        """Return a set as it is kept, and as it is shown. Raises Unavailable."""
        key, shown = secrets.token_bytes(KEY_BYTES), new_codes()
        digests = {number: digest(key, code) for number, code in enumerate(shown)}
        sealed = self._sealer.seal(key, about(user_id, RECOVERY))
        return RecoveryCodes(user_id, sealed, digests, self._now()), shown
