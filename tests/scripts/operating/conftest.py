"""Fixtures of a person whom operators help with a second factor."""

import pytest

from tests.support.application import Pair
from tests.support.clock import Clock
from tests.support.cloud import Cloud
from tests.support.second_factors import FactorOwner


@pytest.fixture
def careful(cloud: Cloud, clock: Clock) -> FactorOwner:
    """Ada has signed up; she is not signed in, and has no second factor yet."""
    owner = FactorOwner(cloud.services(clock))
    owner.sign_up()
    return owner


@pytest.fixture
def signed_in(careful: FactorOwner) -> Pair:
    """She has signed in: the tokens."""
    return careful.sign_in().pair
