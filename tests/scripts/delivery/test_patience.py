"""What Lambda turns down for the moment is asked again, at longer and longer intervals."""

import random

import pytest
from botocore.exceptions import ClientError

from scripts.delivery import patience


def test_each_pause_is_twice_the_one_before_up_to_a_bound(
        monkeypatch: pytest.MonkeyPatch, no_waiting: list[float]) -> None:
    """At most: each is drawn at random, so that two who wait do not come back together."""
    monkeypatch.setattr(patience, "FIRST_PAUSE_SECONDS", 0.5)
    monkeypatch.setattr(random, "uniform", lambda _least, most: most)
    answers = ["TooManyRequestsException"] * 7

    def ask() -> str:
        if answers:
            raise ClientError({"Error": {"Code": answers.pop()}}, "Invoke")
        return "done"

    assert patience.patiently(ask, "ping", patience.THROTTLED) == "done"
    assert no_waiting == [0.5, 1, 2, 4, 8, 10, 10]
