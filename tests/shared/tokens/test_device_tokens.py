"""A device token names a device of a user, for a year, and is otherwise nothing."""

import pytest

from shared.errors import Unavailable
from shared.tokens.device_tokens import (LIFETIME_SECONDS, TOKEN_TYPE, Device,
                                         DeviceTokens)
from shared.wiring.services import Services
from tests.support.clock import Clock
from tests.support.cloud import Cloud
from tests.support.forgery import with_another_signature
from tests.support.wire import Wire

LAPTOP = Device("ada", "d-1", 3)


@pytest.fixture
def devices(services: Services) -> DeviceTokens:
    return services.device_tokens


def test_a_token_says_whose_device_it_is(devices: DeviceTokens) -> None:
    assert devices.read(devices.mint(LAPTOP)) == LAPTOP


def test_it_is_good_for_a_year(devices: DeviceTokens, clock: Clock) -> None:
    token = devices.mint(LAPTOP)

    clock.advance(LIFETIME_SECONDS - 1)
    assert devices.read(token) == LAPTOP
    clock.advance(1)
    assert devices.read(token) is None


@pytest.mark.parametrize("text", ["", "x", "a.b.c", "\ud800", "\u2603.\u2603.\u2603", "." * 9000])
def test_anything_else_is_no_device(text: str, devices: DeviceTokens) -> None:
    assert devices.read(text) is None


def test_a_forged_token_is_no_device(devices: DeviceTokens) -> None:
    assert devices.read(with_another_signature(devices.mint(LAPTOP))) is None


def test_a_token_of_another_stage_is_no_device(devices: DeviceTokens, cloud: Cloud, clock: Clock
                                               ) -> None:
    other = cloud.services(clock, token_issuer="https://other.example.org").device_tokens

    assert devices.read(other.mint(LAPTOP)) is None


def test_a_token_of_the_former_issuer_is_still_a_device(devices: DeviceTokens, cloud: Cloud,
                                                        services: Services, clock: Clock) -> None:
    moved = cloud.services(clock, token_issuer="https://sessions.example.org",
                           other_issuers=(services.settings.token_issuer,)).device_tokens

    assert moved.read(devices.mint(LAPTOP)) == LAPTOP


@pytest.mark.parametrize("changes", [{"sub": ""}, {"ver": "3"}, {"did": 7}, {"admin": True}])
def test_other_claims_are_no_device(changes: dict[str, object], services: Services, clock: Clock
                                    ) -> None:
    claims = {"iss": services.settings.token_issuer, "sub": "ada", "did": "d-1", "ver": 3,
              "iat": clock.now, "exp": clock.now + 60}
    assert services.device_tokens.read(services.jws.sign(claims, TOKEN_TYPE)) == LAPTOP

    assert services.device_tokens.read(services.jws.sign(claims | changes, TOKEN_TYPE)) is None


def test_keys_that_cannot_be_read_make_nobody_a_stranger(
        devices: DeviceTokens, cloud: Cloud, clock: Clock, wire: Wire) -> None:
    token = devices.mint(LAPTOP)
    wire.cut("GetSecretValue")

    with pytest.raises(Unavailable):
        cloud.services(clock).device_tokens.read(token)
