"""A rotation of the pepper loses no second factor."""

import pytest

from scripts.checkout import Refused
from scripts.operating.resealing import reseal_factors
from shared.wiring.services import Services
from tests.support.application import Pair
from tests.support.clock import Clock
from tests.support.cloud import Cloud
from tests.support.second_factors import Enrolled, FactorOwner

NEXT = "the pepper after that, which is long enough to be one"
LATER = "the one after the next, which is as long as that too"
MINUTES_10 = 600


@pytest.fixture
def enrolled(careful: FactorOwner, signed_in: Pair) -> Enrolled:
    return careful.enrol(signed_in.access_token)


def afresh(cloud: Cloud, clock: Clock) -> Services:
    """Services of a process that starts now."""
    clock.advance(MINUTES_10)
    return cloud.services(clock)


def test_after_two_rotations_both_kinds_still_sign_in(
        careful: FactorOwner, enrolled: Enrolled, cloud: Cloud, clock: Clock) -> None:
    """Each loses the pepper before the current one; the password is hashed anew meanwhile."""
    for pepper in (NEXT, LATER):
        reseal_factors(afresh(cloud, clock), is_forced=False)
        cloud.rotate_secret("pepper-secret", pepper)
        careful.services = afresh(cloud, clock)
        assert careful.sign_in().name == "second_factor_required"

    assert careful.sign_in_with(enrolled.app.code(clock.now)).status == 201
    assert careful.sign_in_with(enrolled.recovery_codes[0]).status == 201


def test_without_it_they_would_be_lost(careful: FactorOwner, enrolled: Enrolled, cloud: Cloud,
                                       clock: Clock) -> None:
    for pepper in (NEXT, LATER):
        cloud.rotate_secret("pepper-secret", pepper)

    with pytest.raises(Refused, match="no pepper opens: 2"):
        reseal_factors(afresh(cloud, clock), is_forced=False)


def test_what_is_lost_stops_nobody_who_forces_it(enrolled: Enrolled, cloud: Cloud, clock: Clock
                                                 ) -> None:
    """And it is left as it is, in case the pepper comes back."""
    before = cloud.items("factors")
    for pepper in (NEXT, LATER):
        cloud.rotate_secret("pepper-secret", pepper)

    reseal_factors(afresh(cloud, clock), is_forced=True)

    assert cloud.items("factors") == before


def test_what_is_current_is_not_written_again(enrolled: Enrolled, cloud: Cloud, clock: Clock,
                                              capsys: pytest.CaptureFixture[str]) -> None:
    before = cloud.items("factors")
    capsys.readouterr()

    reseal_factors(afresh(cloud, clock), is_forced=False)

    assert cloud.items("factors") == before
    assert capsys.readouterr().out == ""


def test_it_says_how_many_it_sealed_anew(enrolled: Enrolled, cloud: Cloud, clock: Clock,
                                         capsys: pytest.CaptureFixture[str]) -> None:
    cloud.rotate_secret("pepper-secret", NEXT)
    capsys.readouterr()

    reseal_factors(afresh(cloud, clock), is_forced=False)

    assert "sealed with the current pepper now: 2." in capsys.readouterr().out


def test_a_factor_that_was_replaced_meanwhile_is_left_alone(
        careful: FactorOwner, enrolled: Enrolled, signed_in: Pair, cloud: Cloud, clock: Clock
        ) -> None:
    """What was read before it must not come back."""
    services = cloud.services(clock)
    user_id, factor_id, seen = next(services.factor_store.every())
    careful.delete_totp(signed_in.access_token)

    assert not services.factor_store.reseal(user_id, factor_id, seen, seen)
    assert cloud.items("factors") == []
