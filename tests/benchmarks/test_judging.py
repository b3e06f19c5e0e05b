"""The search for the password that takes longest to judge."""

import random

from benchmarks import judging
from shared.email_addresses import normalised
from shared.sign_in.password_strength import ESTIMATED_CHARACTERS


def test_a_change_keeps_the_length() -> None:
    choose, password = random.Random(1), "x" * ESTIMATED_CHARACTERS
    for _ in range(200):
        password = judging.mutated(password, choose)
        assert len(password) == ESTIMATED_CHARACTERS

    assert len(set(password)) > 5


def test_a_search_ends_with_a_password() -> None:
    assert len(judging.search(0, random.Random(1))) == ESTIMATED_CHARACTERS


def test_the_address_is_one_that_a_route_takes() -> None:
    assert normalised(judging.EMAIL) == judging.EMAIL
