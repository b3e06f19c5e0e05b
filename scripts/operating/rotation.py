"""Rotating a key without losing what the old one made, and revoking one that has leaked.

A key, or the pepper, is derived from a secret, so a new version of the secret is a new key. It is
first staged as AWSPENDING: functions verify with it, and the JWK set publishes it, while the old
one is still used for what is new. Once everybody knows it, it becomes AWSCURRENT and is used; the
old one becomes AWSPREVIOUS and still verifies. The version before that is lost, so the next
rotation has to wait until nothing needs it. Secrets Manager knows when a version was made, but
not when it became current. A version therefore becomes current soon after it was made, or never.

A leaked key must not verify. A revocation makes a new version current at once, and takes every
label off the others.
"""

import argparse
import secrets
import string
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from scripts.checkout import Refused
from scripts.deployed_stage import LOCAL
from shared.keys.key_ring import CURRENT, PENDING, PREVIOUS

SECRET_CHARACTERS = 64
# A new version that is older than this, left by an interruption, is replaced before it is used.
LONGEST_WAIT_SECONDS = 3600


Versions = dict[str, dict[str, Any]]
# Raises Refused when a rotation would lose something now.
Check = Callable[[Versions, datetime], None]


def rotate(client: Any, secret_id: str, wait_seconds: int, check: Check | None,
           sleep: Callable[[float], None] = time.sleep,
           now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
    """Rotate, or finish a rotation that was interrupted, which has passed `check` before."""
    if not 0 <= wait_seconds <= LONGEST_WAIT_SECONDS:
        raise Refused(f"The wait is 0 to {LONGEST_WAIT_SECONDS} seconds.")
    versions = _versions(client, secret_id)
    if PENDING not in versions and check is not None:
        check(versions, now())
    if PENDING not in versions or _is_left_over(versions, now()):
        client.put_secret_value(SecretId=secret_id, SecretString=_random_text(),
                                VersionStages=[PENDING])
        versions = _versions(client, secret_id)
        print("The new version is published and verifies; the old one is still used.", flush=True)
    current, pending = versions[CURRENT], versions[PENDING]
    if pending["VersionId"] != current["VersionId"]:
        waited_seconds = (now() - pending["CreatedDate"]).total_seconds()
        if wait_seconds > waited_seconds:
            left_seconds = wait_seconds - waited_seconds
            print(f"Waiting {left_seconds:.0f} s until everybody knows the new one.", flush=True)
            sleep(left_seconds)
        client.update_secret_version_stage(
            SecretId=secret_id, VersionStage=CURRENT, MoveToVersionId=pending["VersionId"],
            RemoveFromVersionId=current["VersionId"])
    client.update_secret_version_stage(SecretId=secret_id, VersionStage=PENDING,
                                       RemoveFromVersionId=pending["VersionId"])
    print("The new version is used; what the old one made still verifies.", flush=True)


def revoke(client: Any, secret_id: str) -> None:
    """Replace every key at once; when it was interrupted, the next call finishes."""
    old = _versions(client, secret_id)[CURRENT]["VersionId"]
    new = client.put_secret_value(SecretId=secret_id, SecretString=_random_text(),
                                  VersionStages=[PENDING])["VersionId"]
    client.update_secret_version_stage(SecretId=secret_id, VersionStage=CURRENT,
                                       MoveToVersionId=new, RemoveFromVersionId=old)
    # Secrets Manager has moved AWSPREVIOUS to the version that was current.
    for label, version_id in ((PREVIOUS, old), (PENDING, new)):
        client.update_secret_version_stage(SecretId=secret_id, VersionStage=label,
                                           RemoveFromVersionId=version_id)
    if {PREVIOUS, PENDING} & _versions(client, secret_id).keys():
        raise Refused("An old key still has a label and verifies. Run the same command again.")
    print("The old keys are revoked. Functions that run already accept them for 300 s at most; "
          "everybody has to sign in again.", flush=True)


def only_if_older(least_seconds: int, loss: str) -> Check:
    """Return a check that refuses while the current version has not been so long in use. `loss`
    says what the version before it may still be needed for."""
    def check(versions: Versions, now: datetime) -> None:
        if PREVIOUS not in versions:
            return
        age_seconds = (now - versions[CURRENT]["CreatedDate"]).total_seconds()
        left_seconds = least_seconds + LONGEST_WAIT_SECONDS - age_seconds
        if left_seconds > 0:
            raise Refused(f"The last rotation is {_duration(age_seconds)} old: {loss}. Wait "
                          f"{_duration(left_seconds)} more, or use FORCE=yes.")

    return check


def _versions(client: Any, secret_id: str) -> Versions:
    """Return the version that carries each staging label; those without any are left out."""
    listed = client.list_secret_version_ids(SecretId=secret_id, MaxResults=100)
    return {label: version for version in listed["Versions"]
            for label in version["VersionStages"]}


def _is_left_over(versions: Versions, now: datetime) -> bool:
    """Whether the new version is not used yet and has been there for too long."""
    pending = versions[PENDING]
    age_seconds: float = (now - pending["CreatedDate"]).total_seconds()
    used = bool(pending["VersionId"] == versions[CURRENT]["VersionId"])
    return not used and age_seconds > LONGEST_WAIT_SECONDS


def wait_of(arguments: argparse.Namespace, default_seconds: int) -> int:
    """Return how long a rotation waits; on stage local, nobody else knows the keys."""
    if arguments.wait_seconds is not None:
        return int(arguments.wait_seconds)
    return 0 if arguments.stage == LOCAL else default_seconds


def _duration(seconds: float) -> str:
    return f"{seconds / 86_400:.1f} days" if seconds >= 86_400 else f"{seconds / 60:.0f} minutes"


def _random_text() -> str:
    alphabet = string.ascii_letters + string.digits
    return "".join(secrets.choice(alphabet) for _ in range(SECRET_CHARACTERS))
