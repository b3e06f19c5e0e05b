"""What is kept of a password."""

from dataclasses import dataclass

# The pepper id of a hash that another system made: plain bcrypt, replaced at the first sign-in.
IMPORTED = "imported"


@dataclass(frozen=True, slots=True)
class PasswordHash:
    """A bcrypt hash, the log2 of its rounds, and the id of its pepper (or IMPORTED)."""

    bcrypt_hash: str
    cost: int
    pepper_id: str
