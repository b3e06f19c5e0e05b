"""On Lambda everything is built before the first request; elsewhere nothing is."""

import gc
import runpy
from collections.abc import Iterator

import pytest

from shared.errors import Misconfigured, Unavailable
from shared.wiring import process
from tests.support.bounds import REQUIRED
from tests.support.cloud import SETTINGS, Cloud


@pytest.fixture(autouse=True)
def fresh_process(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The environment of a function, in a process that has built nothing."""
    for name in REQUIRED:
        monkeypatch.setenv(name, str(getattr(SETTINGS, name.lower())))
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "session-api-test-function")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-west-2")
    monkeypatch.setattr(process, "_built", {})
    yield
    gc.unfreeze()
    gc.enable()


def test_init_builds_what_the_function_needs_and_nothing_else(cloud: Cloud) -> None:
    process.start("sessions")

    built = vars(process.services())
    assert {"sessions", "tokens", "signing_keys"} <= built.keys()
    assert not {"passwords", "peppers", "clients", "authentication"} & built.keys()


@pytest.mark.parametrize("needs", [("tokens", "passwords"), ("passwords", "tokens")])
def test_init_fetches_the_keys_of_every_ring(cloud: Cloud, needs: tuple[str, ...]) -> None:
    process.start(*needs)
    for secret in ("signing-secret", "pepper-secret"):
        cloud.secrets_manager.delete_secret(SecretId=secret, ForceDeleteWithoutRecovery=True)

    built = process.services()
    assert built.signing_keys.newest().key_id
    assert built.peppers.newest().subject_key


def test_the_garbage_collector_rests_during_init_and_works_from_then_on(cloud: Cloud) -> None:
    runpy.run_path(process.__file__)
    during_init = gc.isenabled()

    process.start("sessions")

    assert (during_init, gc.isenabled()) == (False, True)
    assert gc.get_freeze_count() > 0, "nor does it go through what init made"


def test_a_process_has_one_set_of_services(cloud: Cloud) -> None:
    assert process.services() is process.services()


@pytest.mark.parametrize("secret", ["short", "x" * 31])
def test_a_short_secret_keeps_the_function_from_starting(cloud: Cloud, secret: str) -> None:
    cloud.rotate_secret("pepper-secret", secret)

    with pytest.raises(Misconfigured):
        process.start("passwords")


def test_a_missing_secret_keeps_the_function_from_starting(cloud: Cloud) -> None:
    cloud.secrets_manager.delete_secret(SecretId="signing-secret",
                                        ForceDeleteWithoutRecovery=True)

    with pytest.raises(Misconfigured):
        process.start("tokens")


def test_a_missing_setting_keeps_the_function_from_starting(
        monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SESSIONS_TABLE")

    with pytest.raises(Misconfigured, match="SESSIONS_TABLE"):
        process.start()


def test_a_function_starts_while_secrets_manager_is_down(
        cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first request asks again, and is answered 503 if it must."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", "http://127.0.0.1:1")

    gc.disable()
    process.start("tokens")

    with pytest.raises(Unavailable):
        process.services().signing_keys.newest()
    assert gc.isenabled(), "the collector works from then on all the same"


def test_elsewhere_an_import_builds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_LAMBDA_FUNCTION_NAME")
    monkeypatch.delenv("SESSIONS_TABLE")

    process.start("sessions", "passwords")

    assert process._built == {}
