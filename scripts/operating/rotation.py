"""Rotating the signing key without signing anybody out.

The key is derived from a secret, so a new version of the secret is a new key. It is first staged
as AWSPENDING: functions verify it and the JWK set publishes it, while the old key goes on
signing. Once nobody holds an older JWK set, the version becomes AWSCURRENT and signs; the old one
becomes AWSPREVIOUS and still verifies. The version before that is lost, so the next rotation has
to wait until no token that it signed can be live. Secrets Manager knows when a version was made,
but not when it began to sign. A version therefore begins to sign soon after it was made, or
never.
"""

import secrets
import string
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from scripts.checkout import Refused
from shared.keys.key_ring import CURRENT, PENDING, PREVIOUS

SECRET_CHARACTERS = 64
# Functions look for new keys every 300 s, and others keep the JWK set for 300 s.
WAIT_SECONDS = 600
# A new key that is older than this, left by an interruption, is replaced before it signs.
LONGEST_WAIT_SECONDS = 3600


def rotate(client: Any, secret_id: str, wait_seconds: int, session_idle_seconds: int, force: bool,
           sleep: Callable[[float], None] = time.sleep,
           now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
    """Rotate, or finish a rotation that was interrupted. Raises Refused when a session
    may still live that only the key before last verifies, unless `force`."""
    if not 0 <= wait_seconds <= LONGEST_WAIT_SECONDS:
        raise Refused(f"The wait is 0 to {LONGEST_WAIT_SECONDS} seconds.")
    versions = _versions(client, secret_id)
    if PENDING not in versions and not force:
        _refuse_if_too_soon(versions, session_idle_seconds + LONGEST_WAIT_SECONDS, now())
    if PENDING not in versions or _is_left_over(versions, now()):
        client.put_secret_value(SecretId=secret_id, SecretString=_random_text(),
                                VersionStages=[PENDING])
        versions = _versions(client, secret_id)
        print("The new key is published and verifies; the old one still signs.", flush=True)
    current, pending = versions[CURRENT], versions[PENDING]
    if pending["VersionId"] != current["VersionId"]:
        waited_seconds = (now() - pending["CreatedDate"]).total_seconds()
        if wait_seconds > waited_seconds:
            left_seconds = wait_seconds - waited_seconds
            print(f"Waiting {left_seconds:.0f} s until everybody knows the new key.", flush=True)
            sleep(left_seconds)
        client.update_secret_version_stage(
            SecretId=secret_id, VersionStage=CURRENT, MoveToVersionId=pending["VersionId"],
            RemoveFromVersionId=current["VersionId"])
    client.update_secret_version_stage(SecretId=secret_id, VersionStage=PENDING,
                                       RemoveFromVersionId=pending["VersionId"])
    print("The new key signs; tokens of the old one still verify.", flush=True)


def _versions(client: Any, secret_id: str) -> dict[str, dict[str, Any]]:
    """Return the version that carries each staging label; those without any are left out."""
    listed = client.list_secret_version_ids(SecretId=secret_id, MaxResults=100)
    return {label: version for version in listed["Versions"]
            for label in version["VersionStages"]}


def _is_left_over(versions: dict[str, dict[str, Any]], now: datetime) -> bool:
    """Whether the new key does not sign yet and has been there for too long."""
    pending = versions[PENDING]
    age_seconds: float = (now - pending["CreatedDate"]).total_seconds()
    signs = bool(pending["VersionId"] == versions[CURRENT]["VersionId"])
    return not signs and age_seconds > LONGEST_WAIT_SECONDS


def _refuse_if_too_soon(versions: dict[str, dict[str, Any]], session_seconds: int,
                        now: datetime) -> None:
    if PREVIOUS not in versions:
        return
    age_seconds = (now - versions[CURRENT]["CreatedDate"]).total_seconds()
    if age_seconds < session_seconds:
        days = (session_seconds - age_seconds) / 86_400
        raise Refused(
            f"The last rotation is {age_seconds / 86_400:.1f} days old: sessions that only the key "
            f"before it verifies may still live, and would end. Wait {days:.1f} days more, "
            "or use --force.")


def _random_text() -> str:
    alphabet = string.ascii_letters + string.digits
    return "".join(secrets.choice(alphabet) for _ in range(SECRET_CHARACTERS))
