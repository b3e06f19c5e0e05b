"""A password is checked in one way, whether its address has an account or not."""

from dataclasses import replace

import bcrypt
import pytest

from shared.errors import BadCredentials, CredentialsNotEnough, TooManyAttempts, Unavailable
from shared.identities import EMAIL_ADDRESS, Identity
from shared.wiring.services import Services
from tests.support.clock import NOW, Clock
from tests.support.cloud import PEPPER_SECRET, Cloud
from tests.support.wire import Wire

EMAIL, PASSWORD = "ada@lovelace.example.org", "notes on the analytical engine, 1843"
NEW_PEPPER = "a pinch of salt, a pinch of pepper, and thirty-two characters"


def identity(services: Services) -> Identity:
    found = services.identity_store.find(EMAIL_ADDRESS, EMAIL)
    assert found is not None
    return found


def test_a_wrong_password_and_an_unknown_address_are_one_failure_after_the_same_work(
        services: Services, wire: Wire) -> None:
    services.registration.register(EMAIL, PASSWORD)
    failures, work = [], []
    for email in (EMAIL, "nobody@example.org"):
        wire.sent.clear()
        with pytest.raises(BadCredentials) as failure:
            services.authentication.authenticate(email, "wrong")
        failures.append((failure.value.name, str(failure.value)))
        work.append(list(wire.sent))

    assert failures[0] == failures[1]
    assert work[0][-2:] == work[1] == ["UpdateItem", "GetItem"]


@pytest.mark.parametrize("password", ["", PASSWORD])
def test_no_password_at_all_is_refused_like_a_wrong_one_after_the_same_work(
        password: str, services: Services, cloud: Cloud, wire: Wire,
        monkeypatch: pytest.MonkeyPatch) -> None:
    """Of somebody who signs in without one, whatever is sent."""
    services.registration.register(EMAIL, PASSWORD)
    costs: list[bytes] = []
    check = bcrypt.checkpw

    def counted(octets: bytes, stored: bytes) -> bool:
        costs.append(stored[:7])
        return check(octets, stored)

    monkeypatch.setattr(bcrypt, "checkpw", counted)
    wire.sent.clear()
    with pytest.raises(BadCredentials) as wrong:
        services.authentication.authenticate(EMAIL, "wrong")
    work = list(wire.sent)
    cloud.change("identities", password_hash=None, cost=None, pepper_id=None)

    wire.sent.clear()
    with pytest.raises(BadCredentials) as refusal:
        services.authentication.authenticate(EMAIL, password)

    assert (refusal.value.name, str(refusal.value)) == (wrong.value.name, str(wrong.value))
    assert wire.sent == work[-2:] == ["UpdateItem", "GetItem"]
    assert costs == [b"$2b$04$"] * 2


def test_an_unknown_address_is_blocked_like_a_known_one(services: Services) -> None:
    for _ in range(5):
        with pytest.raises(BadCredentials):
            services.authentication.authenticate("nobody@example.org", "wrong")

    with pytest.raises(TooManyAttempts):
        services.authentication.authenticate("nobody@example.org", "wrong")


def test_the_right_password_waits_too_while_the_address_is_blocked(services: Services,
                                                                   clock: Clock) -> None:
    services.registration.register(EMAIL, PASSWORD)
    for _ in range(5):
        with pytest.raises(BadCredentials):
            services.authentication.authenticate(EMAIL, "wrong")

    with pytest.raises(TooManyAttempts):
        services.authentication.authenticate(EMAIL, PASSWORD)
    clock.advance(1)
    assert services.authentication.authenticate(EMAIL, PASSWORD)


def test_a_success_clears_the_attempts(services: Services, cloud: Cloud) -> None:
    services.registration.register(EMAIL, PASSWORD)
    with pytest.raises(BadCredentials):
        services.authentication.authenticate(EMAIL, "wrong")

    services.authentication.authenticate(EMAIL, PASSWORD)

    assert cloud.items("attempts") == []


def test_the_attempts_hold_no_address(services: Services, cloud: Cloud) -> None:
    with pytest.raises(BadCredentials) as failure:
        services.authentication.authenticate(EMAIL, "wrong")

    assert "lovelace" not in str(cloud.items("attempts"))
    assert failure.value.about == {"subject": cloud.item("attempts")["Subject"]}


def test_an_attempt_is_counted_before_the_password_is_looked_at(services: Services, wire: Wire,
                                                                cloud: Cloud) -> None:
    wire.cut("GetItem")

    with pytest.raises(Unavailable):
        services.authentication.authenticate(EMAIL, PASSWORD)

    assert cloud.item("attempts")["attempts"] == 1


@pytest.mark.parametrize("times", [1, 2])
def test_a_sign_in_with_an_older_cost_is_hashed_again(times: int, services: Services,
                                                      cloud: Cloud, clock: Clock) -> None:
    services.registration.register(EMAIL, PASSWORD)
    before = identity(services)
    dearer = cloud.services(clock, bcrypt_cost=5)

    for _ in range(times):
        dearer.authentication.authenticate(EMAIL, PASSWORD)

    after = identity(services)
    assert after.password is not None and after.password.cost == 5
    assert replace(after, password=before.password) == before, "no password change"


def test_a_sign_in_with_an_older_pepper_is_hashed_again(services: Services, cloud: Cloud,
                                                        clock: Clock) -> None:
    services.registration.register(EMAIL, PASSWORD)
    before = identity(services)
    cloud.rotate_secret("pepper-secret", NEW_PEPPER)
    rotated = cloud.services(clock)

    rotated.authentication.authenticate(EMAIL, PASSWORD)

    after = identity(services)
    assert before.password is not None and after.password is not None
    assert after.password.pepper_id == rotated.peppers.newest().key_id != before.password.pepper_id
    assert after.password_version == before.password_version
    cloud.rotate_secret("pepper-secret", NEW_PEPPER + "!")
    assert cloud.services(clock).authentication.authenticate(EMAIL, PASSWORD), (
        "the first pepper is gone, and nobody needs it")
    assert PEPPER_SECRET != NEW_PEPPER


def test_a_wrong_password_hashes_nothing_again(services: Services, cloud: Cloud,
                                               clock: Clock) -> None:
    services.registration.register(EMAIL, PASSWORD)
    before = identity(services)

    with pytest.raises(BadCredentials):
        cloud.services(clock, bcrypt_cost=5).authentication.authenticate(EMAIL, "wrong")

    assert identity(services) == before


def test_what_was_proven_holds_until_the_password_changes(services: Services) -> None:
    services.registration.register(EMAIL, PASSWORD)
    proven = services.authentication.authenticate(EMAIL, PASSWORD)

    services.identity_store.rehash(proven, services.passwords.hash(PASSWORD))
    services.authentication.confirm(proven)

    services.identity_store.change_password(proven, services.passwords.hash("x"), NOW, True)
    with pytest.raises(BadCredentials):
        services.authentication.confirm(proven)


def test_what_was_proven_goes_with_the_account(services: Services) -> None:
    services.registration.register(EMAIL, PASSWORD)
    proven = services.authentication.authenticate(EMAIL, PASSWORD)
    services.identity_store.delete(proven)
    with pytest.raises(BadCredentials):
        services.authentication.confirm(proven)

    services.registration.register(EMAIL, PASSWORD)
    with pytest.raises(BadCredentials):
        services.authentication.confirm(proven)


def test_a_stage_may_want_the_address_verified_first(cloud: Cloud, clock: Clock) -> None:
    """Only to sign in: who is signed in may change the password and leave."""
    services = cloud.services(clock, require_verified_email=True)
    services.registration.register(EMAIL, PASSWORD)

    with pytest.raises(CredentialsNotEnough):
        services.authentication.authenticate(EMAIL, PASSWORD)
    assert services.authentication.prove(EMAIL, PASSWORD)
    services.verification.verify(identity(services))

    assert services.authentication.authenticate(EMAIL, PASSWORD)


def test_who_may_not_sign_in_yet_is_refused_like_who_is_unknown(
        cloud: Cloud, clock: Clock) -> None:
    """Also by the count of attempts: with the password of a sign-up of their own, a stranger
    could tell a free address from a taken one."""
    services = cloud.services(clock, require_verified_email=True)
    services.registration.register(EMAIL, PASSWORD)
    refusals = []

    for email in (EMAIL, "nobody@example.org"):
        for _ in range(6):
            with pytest.raises((BadCredentials, TooManyAttempts)) as refusal:
                services.authentication.authenticate(email, PASSWORD)
            refusals.append((type(refusal.value), refusal.value.message))

    assert refusals[:6] == refusals[6:]
    assert {kind for kind, _ in refusals} == {CredentialsNotEnough, TooManyAttempts}
