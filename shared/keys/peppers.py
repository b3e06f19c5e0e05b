"""Keys derived from the pepper secret, which is kept apart from the tables (OWASP Password
Storage Cheat Sheet, "Peppering")."""

import hmac
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pepper:
    """Keys derived from one version of the pepper secret; `key_id` is stored with each hash."""

    key_id: str
    password_key: bytes
    subject_key: bytes
    factor_key: bytes


def derive(secret: str) -> Pepper:
    """Return the pepper of `secret`: one key for each purpose, so that no key serves two."""
    def key(purpose: bytes) -> bytes:
        return hmac.digest(secret.encode("utf-8"), purpose, "sha384")

    return Pepper(key(b"session-api pepper id").hex()[:16], key(b"session-api password"),
                  key(b"session-api attempts subject"),
                  # AES-256 takes 32 bytes.
                  key(b"session-api second factor")[:32])
