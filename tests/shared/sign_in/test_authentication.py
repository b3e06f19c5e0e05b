"""A password is checked in one way, whether its address has an account or not."""

from dataclasses import replace

import bcrypt
import pytest

from shared.errors import BadCredentials, CredentialsNotEnough, TooManyAttempts
from shared.identities import EMAIL_ADDRESS, Identity
from shared.sign_in.authentication import Guess
from shared.sign_in.user_proofs import LINK, SESSION
from shared.tokens.device_tokens import Device
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
            services.authentication.authenticate(Guess(email, "wrong"))
        failures.append((failure.value.name, str(failure.value)))
        work.append(list(wire.sent))

    assert failures[0] == failures[1]
    assert work[0][-4:] == work[1] == ["GetItem", "GetItem", "UpdateItem", "UpdateItem"]


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
        services.authentication.authenticate(Guess(EMAIL, "wrong"))
    work = list(wire.sent)
    cloud.change("identities", password_hash=None, cost=None, pepper_id=None)

    wire.sent.clear()
    with pytest.raises(BadCredentials) as refusal:
        services.authentication.authenticate(Guess(EMAIL, password))

    assert (refusal.value.name, str(refusal.value)) == (wrong.value.name, str(wrong.value))
    assert wire.sent == work[-4:] == ["GetItem", "GetItem", "UpdateItem", "UpdateItem"]
    assert costs == [b"$2b$04$"] * 2


def test_an_unknown_address_is_blocked_like_a_known_one(services: Services) -> None:
    for _ in range(5):
        with pytest.raises(BadCredentials):
            services.authentication.authenticate(Guess("nobody@example.org", "wrong"))

    with pytest.raises(TooManyAttempts):
        services.authentication.authenticate(Guess("nobody@example.org", "wrong"))


def test_the_right_password_waits_too_while_the_address_is_blocked(services: Services,
                                                                   clock: Clock) -> None:
    services.registration.register(EMAIL, PASSWORD)
    for _ in range(5):
        with pytest.raises(BadCredentials):
            services.authentication.authenticate(Guess(EMAIL, "wrong"))

    with pytest.raises(TooManyAttempts):
        services.authentication.authenticate(Guess(EMAIL, PASSWORD))
    clock.advance(1)
    assert services.authentication.authenticate(Guess(EMAIL, PASSWORD))


def answers(services: Services, email: str, *passwords: str, device_token: str = "") -> list[int]:
    """Return 200, 401 or 429 for each password in turn."""
    given = []
    for password in passwords:
        try:
            services.authentication.authenticate(
                Guess(email, password, "203.0.113.7", device_token))
            given.append(200)
        except BadCredentials:
            given.append(401)
        except TooManyAttempts:
            given.append(429)
    return given


def device_token(services: Services) -> str:
    """Return what Ada's device was given at a sign-in."""
    return services.sign_in.device_token(identity(services))


def test_a_success_tells_a_stranger_nothing(services: Services, clock: Clock) -> None:
    """Five wrong guesses, the owner signs in, three more: as for an address that nobody has."""
    services.registration.register(EMAIL, PASSWORD)
    seen = {}
    for email in (EMAIL, "nobody@example.org"):
        answers(services, email, *["wrong"] * 5)
        clock.advance(1)
        if email == EMAIL:
            assert answers(services, email, PASSWORD) == [200]
        seen[email] = answers(services, email, *["wrong"] * 3)

    assert seen[EMAIL] == seen["nobody@example.org"] == [401, 429, 429]


def test_a_success_leaves_no_attempt_of_its_own(services: Services, cloud: Cloud) -> None:
    services.registration.register(EMAIL, PASSWORD)

    services.authentication.authenticate(Guess(EMAIL, PASSWORD))

    assert cloud.items("attempts") == []


def test_a_stranger_cannot_keep_a_person_from_a_device_of_theirs(services: Services) -> None:
    services.registration.register(EMAIL, PASSWORD)
    token = device_token(services)

    assert answers(services, EMAIL, *["wrong"] * 6)[-1] == 429

    assert answers(services, EMAIL, PASSWORD) == [429]
    assert answers(services, EMAIL, PASSWORD, device_token=token) == [200]


def test_neither_can_a_neighbour_with_the_same_address(services: Services) -> None:
    """Guesses over many addresses make their source wait, but not a known device behind it."""
    services.registration.register(EMAIL, PASSWORD)
    for number in range(services.settings.source_failures):
        services.sources.count_failure("203.0.113.7")

    assert answers(services, EMAIL, PASSWORD) == [429]
    assert answers(services, EMAIL, PASSWORD, device_token=device_token(services)) == [200]


def test_a_device_has_an_allowance_of_its_own(services: Services, clock: Clock) -> None:
    """A thief of the device gets no more guesses than anybody, and a success clears them."""
    services.registration.register(EMAIL, PASSWORD)
    token, other = device_token(services), device_token(services)

    assert answers(services, EMAIL, *["wrong"] * 6, device_token=token) == [401] * 5 + [429]
    assert answers(services, EMAIL, PASSWORD, device_token=other) == [200]
    assert answers(services, EMAIL, PASSWORD) == [200]
    clock.advance(1)
    assert answers(services, EMAIL, PASSWORD, *["wrong"] * 6, device_token=token) == [
        200, *[401] * 5, 429]


def test_devices_that_knew_an_earlier_password_are_counted_as_one(services: Services) -> None:
    """An intruder who knew it could have signed in any number of times before it was changed."""
    services.registration.register(EMAIL, PASSWORD)
    tokens = [device_token(services) for _ in range(3)]
    services.identity_store.change_password(
        identity(services), services.passwords.hash("another"), NOW, False)

    seen = [answers(services, EMAIL, "wrong", "wrong", device_token=token) for token in tokens]

    assert seen == [[401, 401], [401, 401], [401, 429]]
    assert answers(services, EMAIL, "another", device_token=device_token(services)) == [200]


def test_a_device_token_of_another_account_makes_a_stranger(services: Services) -> None:
    services.registration.register(EMAIL, PASSWORD)
    services.registration.register("eve@example.org", PASSWORD)
    eves = services.identity_store.find(EMAIL_ADDRESS, "eve@example.org")
    assert eves is not None
    token = services.sign_in.device_token(eves)

    for email in (EMAIL, "nobody@example.org"):
        assert answers(services, email, *["wrong"] * 6, device_token=token)[-1] == 429
        assert answers(services, email, "wrong") == [429]


@pytest.mark.parametrize("token", ["x", "a.b.c", "\u2603", "x" * 8000])
def test_an_invalid_device_token_is_no_reason_to_refuse(token: str, services: Services) -> None:
    services.registration.register(EMAIL, PASSWORD)

    proven = services.authentication.authenticate(Guess(EMAIL, PASSWORD, "", token))

    assert proven.device is None


def test_a_device_stays_the_same_one(services: Services) -> None:
    services.registration.register(EMAIL, PASSWORD)
    known = Device(identity(services).user_id, "d-1", 0)
    token = services.device_tokens.mint(known)

    assert services.authentication.authenticate(Guess(EMAIL, PASSWORD, "", token)).device == known


def test_a_source_that_failed_over_many_addresses_waits_before_any_hash(
        cloud: Cloud, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    services = cloud.services(clock, source_failures=10)
    services.registration.register(EMAIL, PASSWORD)
    for number in range(10):
        assert answers(services, f"nobody-{number}@example.org", "wrong") == [401]
    monkeypatch.setattr(bcrypt, "checkpw", None)

    assert answers(services, EMAIL, PASSWORD) == [429]

    clock.advance(900)
    monkeypatch.undo()
    assert answers(services, EMAIL, PASSWORD) == [200]


def test_failures_on_a_known_device_do_not_make_its_source_wait(cloud: Cloud, clock: Clock) -> None:
    """One person's slips are no reason for a whole office to wait."""
    services = cloud.services(clock, source_failures=10)
    services.registration.register(EMAIL, PASSWORD)
    for _ in range(4):
        answers(services, EMAIL, *["wrong"] * 5, device_token=device_token(services))

    assert answers(services, EMAIL, PASSWORD) == [200]


def test_successes_do_not_make_a_source_wait(cloud: Cloud, clock: Clock) -> None:
    """Of an office, say, whose people all have one address."""
    services = cloud.services(clock, source_failures=10)
    services.registration.register(EMAIL, PASSWORD)

    assert answers(services, EMAIL, *[PASSWORD] * 30) == [200] * 30


def test_who_is_signed_in_is_counted_apart_from_strangers(services: Services) -> None:
    services.registration.register(EMAIL, PASSWORD)
    user_id = identity(services).user_id
    answers(services, EMAIL, *["wrong"] * 6)

    assert services.user_proofs.prove(SESSION, user_id, EMAIL, PASSWORD)

    for _ in range(5):
        with pytest.raises(BadCredentials):
            services.user_proofs.prove(SESSION, user_id, EMAIL, "wrong")
    with pytest.raises(TooManyAttempts):
        services.user_proofs.prove(SESSION, user_id, EMAIL, PASSWORD)


def test_a_success_within_a_session_clears_its_attempts(services: Services, cloud: Cloud) -> None:
    services.registration.register(EMAIL, PASSWORD)
    user_id = identity(services).user_id
    with pytest.raises(BadCredentials):
        services.user_proofs.prove(SESSION, user_id, EMAIL, "wrong")

    services.user_proofs.prove(SESSION, user_id, EMAIL, PASSWORD)

    assert cloud.items("attempts") == []


def test_an_address_that_has_come_to_somebody_else_proves_nothing(services: Services) -> None:
    services.registration.register(EMAIL, PASSWORD)

    with pytest.raises(BadCredentials):
        services.user_proofs.prove(SESSION, "who had it before", EMAIL, PASSWORD)


def test_the_attempts_hold_no_address(services: Services, cloud: Cloud) -> None:
    with pytest.raises(BadCredentials) as failure:
        services.authentication.authenticate(Guess(EMAIL, "wrong"))

    held = cloud.items("attempts")
    assert "lovelace" not in str(held)
    assert failure.value.about["subject"] in {item["Subject"] for item in held}


def test_an_attempt_is_counted_before_the_password_is_looked_at(
        services: Services, cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(_octets: bytes, _stored: bytes) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(bcrypt, "checkpw", crash)

    with pytest.raises(KeyboardInterrupt):
        services.authentication.authenticate(Guess(EMAIL, PASSWORD))

    assert len(cloud.items("attempts")) == 1


@pytest.mark.parametrize("times", [1, 2])
def test_a_sign_in_with_an_older_cost_is_hashed_again(times: int, services: Services,
                                                      cloud: Cloud, clock: Clock) -> None:
    services.registration.register(EMAIL, PASSWORD)
    before = identity(services)
    dearer = cloud.services(clock, bcrypt_cost=5)

    for _ in range(times):
        dearer.authentication.authenticate(Guess(EMAIL, PASSWORD))

    after = identity(services)
    assert after.password is not None and after.password.cost == 5
    assert replace(after, password=before.password) == before, "no password change"


def test_a_sign_in_with_an_older_pepper_is_hashed_again(services: Services, cloud: Cloud,
                                                        clock: Clock) -> None:
    services.registration.register(EMAIL, PASSWORD)
    before = identity(services)
    cloud.rotate_secret("pepper-secret", NEW_PEPPER)
    rotated = cloud.services(clock)

    rotated.authentication.authenticate(Guess(EMAIL, PASSWORD))

    after = identity(services)
    assert before.password is not None and after.password is not None
    assert after.password.pepper_id == rotated.peppers.newest().key_id != before.password.pepper_id
    assert after.password_version == before.password_version
    cloud.rotate_secret("pepper-secret", NEW_PEPPER + "!")
    assert cloud.services(clock).authentication.authenticate(Guess(EMAIL, PASSWORD)), (
        "the first pepper is gone, and nobody needs it")
    assert PEPPER_SECRET != NEW_PEPPER


def test_a_wrong_password_hashes_nothing_again(services: Services, cloud: Cloud,
                                               clock: Clock) -> None:
    services.registration.register(EMAIL, PASSWORD)
    before = identity(services)

    with pytest.raises(BadCredentials):
        cloud.services(clock, bcrypt_cost=5).authentication.authenticate(Guess(EMAIL, "wrong"))

    assert identity(services) == before


def test_what_was_proven_holds_until_the_password_changes(services: Services) -> None:
    services.registration.register(EMAIL, PASSWORD)
    proven = services.authentication.authenticate(Guess(EMAIL, PASSWORD)).identity

    services.identity_store.rehash(proven, services.passwords.hash(PASSWORD))
    services.password_check.confirm(proven)

    services.identity_store.change_password(proven, services.passwords.hash("x"), NOW, True)
    with pytest.raises(BadCredentials):
        services.password_check.confirm(proven)


def test_what_was_proven_goes_with_the_account(services: Services) -> None:
    services.registration.register(EMAIL, PASSWORD)
    proven = services.authentication.authenticate(Guess(EMAIL, PASSWORD)).identity
    services.identity_store.delete(proven)
    with pytest.raises(BadCredentials):
        services.password_check.confirm(proven)

    services.registration.register(EMAIL, PASSWORD)
    with pytest.raises(BadCredentials):
        services.password_check.confirm(proven)


def test_a_stage_may_want_the_address_verified_first(cloud: Cloud, clock: Clock) -> None:
    """Only to sign in: who is signed in may change the password and leave, and who has a link
    may follow it."""
    services = cloud.services(clock, require_verified_email=True)
    services.registration.register(EMAIL, PASSWORD)

    with pytest.raises(CredentialsNotEnough):
        services.authentication.authenticate(Guess(EMAIL, PASSWORD))
    assert services.user_proofs.prove(LINK, identity(services).user_id, EMAIL, PASSWORD)
    services.identity_store.verify(identity(services))

    assert services.authentication.authenticate(Guess(EMAIL, PASSWORD))


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
                services.authentication.authenticate(Guess(email, PASSWORD))
            refusals.append((type(refusal.value), refusal.value.message))

    assert refusals[:6] == refusals[6:]
    assert {kind for kind, _ in refusals} == {CredentialsNotEnough, TooManyAttempts}
