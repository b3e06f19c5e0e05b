"""Rotating a key signs nobody out, and revoking it everybody, whenever it is interrupted."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import botocore.session
import pytest
from moto import mock_aws

from scripts.checkout import Refused
from scripts.operating.rotation import (LONGEST_WAIT_SECONDS, only_if_older,
                                        revoke, rotate)
from scripts.operating.signing_key import WAIT_SECONDS

SESSION_SECONDS = 14 * 86_400
LATER = timedelta(seconds=SESSION_SECONDS + LONGEST_WAIT_SECONDS)


class Interrupted(Exception):
    """Somebody pressed Ctrl-C."""


class Secret:
    """A secret in moto, and what is known of its versions by label."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.id = client.create_secret(Name="signing", SecretString="the first")["ARN"]

    def labelled(self, label: str) -> str | None:
        try:
            answer = self.client.get_secret_value(SecretId=self.id, VersionStage=label)
        except self.client.exceptions.ResourceNotFoundException:
            return None
        return str(answer["SecretString"])

    def rotate(self, now: datetime | None = None, force: bool = False,
               during_wait: Any = lambda seconds: None) -> None:
        rotate(self.client, self.id, WAIT_SECONDS,
               None if force else only_if_older(SESSION_SECONDS, "sessions would end"),
               during_wait, lambda: now or datetime.now(UTC))

    def revoke(self) -> None:
        revoke(self.client, self.id)

    def labels(self) -> dict[str, list[str]]:
        """Return the labels of each version that has one."""
        return {version["VersionId"]: version["VersionStages"] for version in
                self.client.list_secret_version_ids(SecretId=self.id)["Versions"]
                if version["VersionStages"]}


@pytest.fixture
def secret(monkeypatch: pytest.MonkeyPatch) -> Iterator[Secret]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with mock_aws():
        session = botocore.session.get_session()
        client = session.create_client("secretsmanager", region_name="us-west-2")
        yield Secret(client)
        client.close()


def test_the_new_key_verifies_before_it_signs(secret: Secret) -> None:
    seen = []

    def look(seconds: float) -> None:
        seen.append((secret.labelled("AWSCURRENT"), secret.labelled("AWSPENDING"), seconds > 590))

    secret.rotate(during_wait=look)

    [(signing, verifying, waited)] = seen
    assert signing == "the first" and waited
    assert verifying is not None and len(verifying) == 64 and verifying.isalnum()
    assert secret.labelled("AWSCURRENT") == verifying
    assert secret.labelled("AWSPREVIOUS") == "the first"
    assert secret.labelled("AWSPENDING") is None


def test_an_interrupted_rotation_is_finished_with_the_same_key(secret: Secret) -> None:
    def interrupt(_: float) -> None:
        raise Interrupted

    with pytest.raises(Interrupted):
        secret.rotate(during_wait=interrupt)
    pending = secret.labelled("AWSPENDING")
    secret.rotate()

    assert pending is not None
    assert secret.labelled("AWSCURRENT") == pending
    assert secret.labelled("AWSPREVIOUS") == "the first"


def test_a_key_that_was_left_lying_never_signs(secret: Secret) -> None:
    """It would look old enough for the next rotation while its predecessor's tokens live."""
    def interrupt(_: float) -> None:
        raise Interrupted

    with pytest.raises(Interrupted):
        secret.rotate(during_wait=interrupt)
    left_lying = secret.labelled("AWSPENDING")
    secret.rotate(datetime.now(UTC) + timedelta(days=15))

    assert secret.labelled("AWSCURRENT") not in ("the first", left_lying)
    assert secret.labelled("AWSPREVIOUS") == "the first"
    assert secret.labelled("AWSPENDING") is None
    with pytest.raises(Refused):
        secret.rotate(datetime.now(UTC) + timedelta(hours=1))


@pytest.mark.parametrize("seconds", [-1, LONGEST_WAIT_SECONDS + 1])
def test_a_wait_out_of_bounds_changes_nothing(secret: Secret, seconds: int) -> None:
    with pytest.raises(Refused, match="0 to 3600"):
        rotate(secret.client, secret.id, seconds, None)

    assert secret.labelled("AWSPENDING") is None


def test_one_that_was_interrupted_before_the_last_step_is_finished(secret: Secret) -> None:
    secret.client.put_secret_value(SecretId=secret.id, SecretString="the second",
                                   VersionStages=["AWSCURRENT", "AWSPENDING"])

    secret.rotate()

    assert secret.labelled("AWSCURRENT") == "the second"
    assert secret.labelled("AWSPENDING") is None


def test_a_second_rotation_waits_until_no_session_of_the_last_key_can_live(
        secret: Secret) -> None:
    secret.rotate()
    first, now = secret.labelled("AWSCURRENT"), datetime.now(UTC)

    with pytest.raises(Refused, match="FORCE=yes"):
        secret.rotate(now + LATER - timedelta(minutes=1))
    assert secret.labelled("AWSCURRENT") == first

    # The date of a version is of whole seconds.
    secret.rotate(now + LATER + timedelta(seconds=1))
    assert secret.labelled("AWSPREVIOUS") == first


def test_a_leaked_key_can_be_replaced_at_once(secret: Secret) -> None:
    secret.rotate()

    secret.rotate(force=True)

    assert secret.labelled("AWSCURRENT") not in ("the first", secret.labelled("AWSPREVIOUS"))


def interrupted(secret: Secret) -> None:
    """A rotation that was interrupted while the new key was published."""
    def interrupt(_: float) -> None:
        raise Interrupted

    with pytest.raises(Interrupted):
        secret.rotate(during_wait=interrupt)


def untouched(_secret: Secret) -> None:
    """The secret as CloudFormation makes it, without AWSPREVIOUS."""


@pytest.mark.parametrize("before", [untouched, Secret.rotate, interrupted, Secret.revoke])
def test_a_revoked_key_has_no_label_and_the_new_one_is_alone(
        before: Callable[[Secret], None], secret: Secret) -> None:
    before(secret)
    old = {secret.labelled(label) for label in ("AWSCURRENT", "AWSPREVIOUS", "AWSPENDING")}

    secret.revoke()

    assert list(secret.labels().values()) == [["AWSCURRENT"]]
    new = secret.labelled("AWSCURRENT")
    assert new not in old and new is not None and len(new) == 64


@pytest.mark.parametrize("calls", range(3))
def test_a_revocation_that_was_interrupted_is_finished_by_the_next(
        calls: int, secret: Secret, monkeypatch: pytest.MonkeyPatch) -> None:
    """After any number of its changes of labels."""
    secret.rotate()
    leaked = secret.labelled("AWSCURRENT")
    change, left = secret.client.update_secret_version_stage, iter(range(calls))

    def interrupt(**words: str) -> None:
        if next(left, None) is None:
            raise Interrupted
        change(**words)

    with monkeypatch.context() as patch, pytest.raises(Interrupted):
        patch.setattr(secret.client, "update_secret_version_stage", interrupt)
        secret.revoke()
    secret.revoke()

    assert list(secret.labels().values()) == [["AWSCURRENT"]]
    assert secret.labelled("AWSCURRENT") != leaked


def test_a_key_can_be_rotated_after_a_revocation(secret: Secret) -> None:
    secret.rotate()
    secret.revoke()
    revoked_to = secret.labelled("AWSCURRENT")

    secret.rotate()

    assert secret.labelled("AWSPREVIOUS") == revoked_to


def test_a_label_that_stays_is_not_called_revoked(secret: Secret,
                                                  monkeypatch: pytest.MonkeyPatch) -> None:
    """Say, because a rotation was begun on another machine meanwhile."""
    monkeypatch.setattr(secret.client, "update_secret_version_stage", lambda **_: None)

    with pytest.raises(Refused, match="Run the same command again"):
        secret.revoke()
