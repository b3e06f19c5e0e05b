"""Every member of Services can be built, is built once, and shares what it should."""

import time
from functools import cached_property

import pytest

from shared.settings import Settings
from shared.wiring.services import Services, wall_clock
from tests.support.clock import Clock
from tests.support.cloud import SETTINGS, Cloud

MEMBERS = sorted(name for name in dir(Services)
                 if isinstance(getattr(Services, name), cached_property))


@pytest.fixture(autouse=True)
def region(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-west-2")


@pytest.mark.parametrize("name", MEMBERS)
def test_every_member_builds_by_itself_and_once(name: str, cloud: Cloud, clock: Clock) -> None:
    services = Services(SETTINGS, clock)

    assert getattr(services, name) is getattr(services, name)


def test_the_wall_clock_counts_whole_seconds() -> None:
    before = time.time()

    now = wall_clock()

    assert isinstance(now, int)
    assert int(before) <= now <= time.time()


def test_the_clock_is_the_wall_clock_unless_told_otherwise() -> None:
    assert Services(SETTINGS).now is wall_clock


def test_lifetimes_are_those_of_the_settings(services: Services) -> None:
    settings: Settings = services.settings
    lifetimes = services.lifetimes

    assert lifetimes.access_token_seconds == settings.access_token_seconds
    assert lifetimes.session_idle_seconds == settings.session_idle_seconds
    assert lifetimes.session_absolute_seconds == settings.session_absolute_seconds
    assert lifetimes.early_refresh_seconds == settings.early_refresh_seconds
    assert lifetimes.grace_seconds == settings.grace_seconds
