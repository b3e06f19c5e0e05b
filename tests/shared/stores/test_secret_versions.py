"""A secret's versions by their label, as Secrets Manager has them now."""

import pytest
from botocore.exceptions import ClientError

from shared.errors import Unavailable
from shared.stores.secret_versions import SecretVersions
from tests.support.cloud import SIGNING_SECRET, Cloud
from tests.support.wire import Wire

NEW_SECRET = "a new secret, of thirty-two characters and some more"


@pytest.fixture
def versions(cloud: Cloud) -> SecretVersions:
    return SecretVersions(cloud.secrets_manager, "signing-secret")


def test_the_current_version_is_there_from_the_start(versions: SecretVersions) -> None:
    assert versions.fetch("AWSCURRENT") == SIGNING_SECRET


@pytest.mark.parametrize("label", ["AWSPREVIOUS", "AWSPENDING"])
def test_a_label_that_no_version_carries_gives_none(label: str,
                                                    versions: SecretVersions) -> None:
    assert versions.fetch(label) is None


def test_rotating_makes_the_current_version_the_previous_one(versions: SecretVersions,
                                                             cloud: Cloud) -> None:
    cloud.rotate_secret("signing-secret", NEW_SECRET)

    assert versions.fetch("AWSCURRENT") == NEW_SECRET
    assert versions.fetch("AWSPREVIOUS") == SIGNING_SECRET


def test_a_staged_version_is_pending(versions: SecretVersions, cloud: Cloud) -> None:
    cloud.stage_secret("signing-secret", NEW_SECRET)

    assert versions.fetch("AWSPENDING") == NEW_SECRET
    assert versions.fetch("AWSCURRENT") == SIGNING_SECRET


def test_secrets_manager_down_is_unavailable(versions: SecretVersions, wire: Wire) -> None:
    wire.cut("GetSecretValue")

    with pytest.raises(Unavailable):
        versions.fetch("AWSCURRENT")


def test_a_missing_permission_is_our_defect(versions: SecretVersions, wire: Wire) -> None:
    wire.refuse("GetSecretValue", "AccessDeniedException")

    with pytest.raises(ClientError, match="AccessDenied"):
        versions.fetch("AWSCURRENT")
