"""Ada, whose account is looked at."""

import pytest

from shared.wiring.services import Services
from tests.support.account_owner import Owner


@pytest.fixture
def owner(services: Services) -> Owner:
    """Ada has signed up; she is not signed in."""
    owner = Owner(services)
    assert owner.sign_up().status == 201
    return owner
