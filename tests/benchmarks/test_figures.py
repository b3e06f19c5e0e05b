"""The benchmark's own arithmetic."""

import pytest

from benchmarks.figures import own_python_ratio, percentile, ratio


def test_a_ratio_is_taken_round_by_round_so_that_a_slow_round_hits_both() -> None:
    calm, slow = [1.0, 1.0, 1.0, 1.0], [2.0, 2.0, 20.0, 2.0]

    found = ratio([a * b for a, b in zip([2, 2, 2, 2], slow, strict=True)],
                  [a * b for a, b in zip(calm, slow, strict=True)])

    assert str(found) == "2.00 (2.00-2.00)"


def test_the_spread_is_that_of_the_middle_half() -> None:
    found = ratio([1, 2, 3, 4, 5], [1, 1, 1, 1, 1])

    assert (found.low, found.median, found.high) == (2, 3, 4)


@pytest.mark.parametrize(("percent", "expected"), [(0, 1), (50, 51), (99, 100), (100, 100)])
def test_percentiles_are_values_that_were_seen(percent: int, expected: int) -> None:
    assert percentile(list(range(100, 0, -1)), percent) == expected


def test_own_python_is_all_of_the_handler_but_bcrypt() -> None:
    profile = {"handler": 14, "bcrypt": 1, "signatures": 2, "sdk": 10}

    assert own_python_ratio(profile) == pytest.approx(1.3)
    assert own_python_ratio(profile, "signatures") == pytest.approx(1.1)
    assert own_python_ratio({"handler": 1, "bcrypt": 0, "sdk": 0}) is None
