"""A stage that requires a second factor of everybody."""

from typing import Any

import pytest

from lambda_functions import authorizer
from tests.support.account_owner import Owner
from tests.support.application import API, Pair
from tests.support.clock import NOW, Clock
from tests.support.cloud import Cloud
from tests.support.events import LambdaContext, authorizer_event
from tests.support.mail import MAIL, Outbox, with_mail
from tests.support.second_factors import FactorOwner

DAY = 86_400
OWN_HOST, OTHER_HOST = "a1b2c3d4e5", "f6g7h8i9j0"


@pytest.fixture
def strict(cloud: Cloud, clock: Clock, outbox: Outbox) -> FactorOwner:
    """Ada has signed up on such a stage, which gives a day to enrol."""
    services = with_mail(cloud.services(clock, token_issuer=API, require_second_factor=True,
                                        enrolment_grace_seconds=DAY, **MAIL), outbox)
    owner = FactorOwner(services)
    assert owner.sign_up().status == 201
    return owner


@pytest.fixture
def pair(strict: FactorOwner) -> Pair:
    return strict.sign_in().pair


def test_until_the_grace_is_over_nothing_is_missing(strict: FactorOwner, pair: Pair, clock: Clock
                                                    ) -> None:
    clock.advance(DAY - 1)

    newer = strict.refresh(pair).pair

    assert strict.account(newer.access_token).status == 200


def test_then_the_person_can_only_enrol(strict: FactorOwner, pair: Pair, clock: Clock) -> None:
    clock.advance(DAY)
    newer = strict.refresh(pair).pair
    owner = Owner(strict.services)

    refused = [strict.account(newer.access_token), owner.list_sessions(newer.access_token),
               owner.export(newer.access_token), owner.change_password(newer.access_token),
               owner.leave(newer.access_token), owner.end_sessions(newer.access_token)]

    assert {answer.outcome for answer in refused} == {(401, "enrolment_required")}
    assert strict.session(newer.access_token).status == 200
    assert strict.list_factors(newer.access_token).status == 200


def test_a_new_sign_in_starts_no_new_grace(strict: FactorOwner, pair: Pair, clock: Clock) -> None:
    """Else a password alone would be enough for ever."""
    clock.advance(DAY)

    again = strict.sign_in().pair

    assert strict.account(again.access_token).outcome == (401, "enrolment_required")


def test_who_enrols_then_is_let_in(strict: FactorOwner, pair: Pair, clock: Clock) -> None:
    """Nobody is locked out by having come late."""
    clock.advance(DAY)
    again = strict.sign_in().pair

    strict.enrol(again.access_token)

    assert strict.account(again.access_token).status == 200


def test_a_session_of_two_factors_has_no_end_of_grace(strict: FactorOwner, pair: Pair,
                                                      clock: Clock) -> None:
    enrolled = strict.enrol(pair.access_token)
    clock.advance(DAY)

    signed_in = strict.sign_in_with(enrolled.recovery_codes[0]).pair

    assert "enrol_by" not in strict.authorize(signed_in.access_token)["context"]
    assert strict.account(signed_in.access_token).status == 200


def test_without_its_factor_an_account_is_asked_for_one_at_once(
        strict: FactorOwner, pair: Pair, clock: Clock) -> None:
    """Its grace began with its first sign-in."""
    enrolled = strict.enrol(pair.access_token)
    clock.advance(DAY)
    strict.delete_totp(strict.sign_in_with(enrolled.recovery_codes[0]).pair.access_token)

    again = strict.sign_in().pair

    assert strict.account(again.access_token).outcome == (401, "enrolment_required")


def context_of(strict: FactorOwner, pair: Pair, api: str) -> dict[str, Any]:
    event = authorizer_event("GET", "/user", headers=strict.headers(pair.access_token))
    event["requestContext"] |= {"domainName": f"{api}.execute-api.us-west-2.amazonaws.com",
                                "path": "/dev/user"}
    answer = authorizer.handler(event, LambdaContext("authorizer"), strict.services)
    context = answer["context"]
    assert isinstance(context, dict)
    return context


def test_another_api_is_told_until_when_and_then_lets_nobody_in(
        strict: FactorOwner, pair: Pair, clock: Clock) -> None:
    """It knows nothing of factors; the stage's own API says what is missing."""
    assert context_of(strict, pair, OTHER_HOST)["enrol_by"] == NOW + DAY
    clock.advance(DAY)
    newer = strict.refresh(pair).pair

    with pytest.raises(Exception, match="Unauthorized"):
        context_of(strict, newer, OTHER_HOST)
    assert context_of(strict, newer, OWN_HOST)["enrol_by"] == NOW + DAY


def test_a_stage_that_requires_none_counts_nothing(cloud: Cloud, clock: Clock) -> None:
    owner = FactorOwner(cloud.services(clock))
    owner.sign_up()

    pair = owner.sign_in().pair

    assert "enrol_by" not in cloud.item("users")
    assert "enrol_by" not in owner.authorize(pair.access_token)["context"]
