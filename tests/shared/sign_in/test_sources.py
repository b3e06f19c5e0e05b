"""A source that fails too often, or signs up too many people, waits."""

import pytest

from shared.errors import TooManyAttempts, TooManyRequests
from shared.sign_in.sources import Sources
from shared.wiring.services import Services
from tests.support.clock import Clock
from tests.support.cloud import Cloud

HERE, NEIGHBOUR = "2001:db8:1:2::7", "2001:db8:1:2:ffff::9"
ELSEWHERE = "2001:db8:1:3::7"


@pytest.fixture
def sources(cloud: Cloud, clock: Clock) -> Sources:
    clock.now = 100 * 3600
    services: Services = cloud.services(clock, source_failures=10, source_sign_ups=10)
    return services.sources


def test_failures_up_to_the_limit_are_none_too_many(sources: Sources) -> None:
    for _ in range(10):
        sources.check(HERE)
        sources.count_failure(HERE)

    with pytest.raises(TooManyAttempts):
        sources.check(HERE)


def test_one_host_has_a_whole_network_of_addresses(sources: Sources) -> None:
    for _ in range(10):
        sources.count_failure(HERE)

    with pytest.raises(TooManyAttempts):
        sources.check(NEIGHBOUR)
    sources.check(ELSEWHERE)


def test_the_refusal_says_how_long(sources: Sources, clock: Clock) -> None:
    for _ in range(10):
        sources.count_failure(HERE)
    clock.advance(600)

    with pytest.raises(TooManyAttempts, match="from one source") as refusal:
        sources.check(HERE)

    assert refusal.value.retry_after_seconds == 300
    clock.advance(300)
    sources.check(HERE)


def test_looking_is_no_failure(sources: Sources) -> None:
    for _ in range(20):
        sources.check(HERE)


def test_sign_ups_are_counted_apart(sources: Sources, clock: Clock) -> None:
    for _ in range(10):
        sources.count_sign_up(HERE)

    with pytest.raises(TooManyRequests) as refusal:
        sources.count_sign_up(NEIGHBOUR)

    assert refusal.value.retry_after_seconds == 3600
    sources.count_sign_up(ELSEWHERE)
    sources.check(HERE)
    clock.advance(3600)
    sources.count_sign_up(HERE)
