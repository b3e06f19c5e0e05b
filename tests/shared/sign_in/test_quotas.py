"""So many in a window of time, for each that is counted."""

import pytest

from shared.sign_in.quotas import Limit, source_of
from shared.wiring.services import Services
from tests.support.clock import Clock
from tests.support.cloud import Cloud
from tests.support.wire import Wire

THREE_AN_HOUR = Limit(3, 3600)


def test_the_limit_is_counted_out_and_then_tells_how_long_the_window_lasts(
        services: Services, clock: Clock) -> None:
    clock.now = 10 * 3600 + 600
    taken = [services.quotas.take("mail a", THREE_AN_HOUR) for _ in range(5)]
    assert taken == [0, 0, 0, 3000, 3000]


def test_the_next_window_begins_at_nothing(services: Services, clock: Clock) -> None:
    clock.now = 10 * 3600 + 600
    for _ in range(4):
        services.quotas.take("mail a", THREE_AN_HOUR)
    clock.advance(2999)
    assert services.quotas.take("mail a", THREE_AN_HOUR) == 1
    clock.advance(1)
    assert services.quotas.take("mail a", THREE_AN_HOUR) == 0


def test_what_is_counted_apart_does_not_wait_for_each_other(services: Services) -> None:
    for _ in range(4):
        services.quotas.take("mail a", THREE_AN_HOUR)
    assert services.quotas.take("mail b", THREE_AN_HOUR) == 0


def test_looking_counts_nothing_and_says_what_counting_would(
        services: Services, clock: Clock) -> None:
    clock.now = 10 * 3600 + 600
    looks = []
    for _ in range(4):
        looks += [services.quotas.wait("mail a", THREE_AN_HOUR) for _ in range(2)]
        services.quotas.take("mail a", THREE_AN_HOUR)
    assert looks == [0] * 6 + [3000] * 2


def test_the_store_holds_a_pseudonym_and_forgets_it_with_the_window(
        services: Services, clock: Clock, cloud: Cloud) -> None:
    clock.now = 10 * 3600 + 600
    services.quotas.take("mail ada@example.org", THREE_AN_HOUR)
    item = cloud.item("attempts")
    assert len(item.pop("Subject")) == 64
    assert len(item.pop("counted_by")) == 32
    assert item == {"count": 1, "expires_at": 11 * 3600}


def test_what_is_given_back_can_be_taken_again(services: Services) -> None:
    for _ in range(9):
        assert services.quotas.take("mail a", THREE_AN_HOUR) == 0
        services.quotas.give_back("mail a", THREE_AN_HOUR)

    assert [bool(services.quotas.take("mail a", THREE_AN_HOUR)) for _ in range(4)] == [
        False, False, False, True]


def test_nothing_is_given_back_that_was_not_taken(services: Services) -> None:
    services.quotas.give_back("mail a", THREE_AN_HOUR)
    services.quotas.take("mail a", THREE_AN_HOUR)
    for _ in range(3):
        services.quotas.give_back("mail a", THREE_AN_HOUR)

    assert [bool(services.quotas.take("mail a", THREE_AN_HOUR)) for _ in range(4)] == [
        False, False, False, True]


@pytest.mark.parametrize("before", [0, 1, 2])
def test_what_was_counted_although_its_answer_was_lost_is_counted_once(
        before: int, services: Services, wire: Wire) -> None:
    """The last one of a window too: it is no refusal."""
    for _ in range(before):
        services.quotas.take("mail a", THREE_AN_HOUR)
    wire.lose_answers("UpdateItem")

    assert services.quotas.take("mail a", THREE_AN_HOUR) == 0

    left = [services.quotas.take("mail a", THREE_AN_HOUR) for _ in range(3)]
    assert left.count(0) == 2 - before


def test_what_was_given_back_although_its_answer_was_lost_is_given_back_once(
        services: Services, wire: Wire) -> None:
    for _ in range(3):
        services.quotas.take("mail a", THREE_AN_HOUR)
    wire.lose_answers("UpdateItem")

    services.quotas.give_back("mail a", THREE_AN_HOUR)

    assert services.quotas.take("mail a", THREE_AN_HOUR) == 0
    assert services.quotas.take("mail a", THREE_AN_HOUR) > 0


@pytest.mark.parametrize(("address", "source"), [
    ("203.0.113.9", "203.0.113.9"),
    ("::ffff:203.0.113.9", "203.0.113.9"),
    ("2001:db8:1:2:3:4:5:6", "2001:0db8:0001:0002::/64"),
    ("2001:db8:1:2::", "2001:0db8:0001:0002::/64"),
    ("2001:db8:1:3::1", "2001:0db8:0001:0003::/64"),
    ("", ""), ("nonsense", "nonsense")])
def test_a_source_is_an_address_or_the_network_of_one_host(address: str, source: str) -> None:
    assert source_of(address) == source
