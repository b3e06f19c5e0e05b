"""Which passwords are accepted (NIST SP 800-63B-4 section 3.1.1.2).

Length counts code points after NFC; there are no composition rules. zxcvbn's estimate
doubles as the check against common passwords and against the person's own address and
the service's name. A stage may also have passwords refused that are known from breaches.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING

from shared.errors import WeakPassword
from shared.sign_in.password_strength import estimate

if TYPE_CHECKING:
    from shared.sign_in.breached_passwords import BreachedPasswords

MAX_CHARACTERS = 128
# As many code points at most become one in NFC, whose work grows with the square of their number.
COMPOSED_FROM = 4
LEAST_SCORE = 3
BREACHED = "has become known in a data breach. Choose another one."


class PasswordPolicy:
    """At least `min_characters` code points; `service_name`, or a word of it, does not make a
    password stronger. `breached` is None on a stage that does not look for breached passwords."""

    def __init__(self, min_characters: int, service_name: str,
                 breached: BreachedPasswords | None = None) -> None:
        self._min_characters, self._service_name = min_characters, service_name
        self._breached = breached

    def check(self, password: str, email: str, field: str = "password") -> None:
        """Return if the password is strong enough for this address, else raise WeakPassword.

        Its `fields` name each rule that failed, under the name of the body's `field`.
        """
        enough = password[:COMPOSED_FROM * MAX_CHARACTERS + 1]
        normal = unicodedata.normalize("NFC", enough)
        faults = list(self._faults(normal, email))
        if not faults and self._breached is not None and self._breached.contain(normal):
            # Only what the rules above accept is looked up, so that little leaves the stage.
            faults = [BREACHED]
        if faults:
            raise WeakPassword(fields=[{"field": field, "message": fault} for fault in faults])

    def _faults(self, password: str, email: str) -> Iterator[str]:
        if len(password) < self._min_characters:
            yield f"must have at least {self._min_characters} characters"
        if len(password) > MAX_CHARACTERS:
            yield f"must have at most {MAX_CHARACTERS} characters"
            return
        local_part, domain = email.split("@")
        strength = estimate(password, [
            email, local_part, domain, domain.split(".")[0], self._service_name,
            *self._service_name.split()])
        if strength.score < LEAST_SCORE:
            yield " ".join(["is too easy to guess.", *strength.advice])
