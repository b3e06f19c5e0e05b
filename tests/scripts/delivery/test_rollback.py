"""All functions are seen to start where they go back to, before the traffic of one moves."""

import pytest

from scripts.checkout import Refused
from scripts.delivery.functions import CHECKED, Version
from scripts.delivery.rollback import Way, go, unchecked
from tests.scripts.delivery.scripted_lambda import SHA256, Script, scripted

LIVE, BACK = Version("8", SHA256), Version("7", SHA256)


def way(script: Script) -> Way:
    return Way(script.function, LIVE, BACK)


def test_an_idle_version_is_woken_before_the_traffic_moves_to_it() -> None:
    with scripted() as script:
        script.state("7", "Inactive").refuses("invoke", "SnapStartNotReadyException")
        script.state("7", "Pending").state("7", "Active").says("7", {"statusCode": 404})
        script.moves("8", "7").marks("7")

        [move] = go([way(script)])

    assert (move.before, move.after) == ("8", "7")


def test_none_moves_if_one_does_not_start() -> None:
    with scripted("ping") as first, scripted("getUser") as second:
        first.state("7", "Active").says("7", {"statusCode": 404})
        second.state("7", "Failed", StateReason="no room")

        with pytest.raises(Refused, match="getUser does not start: no room. Nothing was moved."):
            list(go([way(first), way(second)]))


def test_what_a_person_goes_back_to_is_marked_also_where_nothing_was() -> None:
    with scripted() as script:
        script.state("7", "Active").says("7", {"statusCode": 404}).moves("8", "7")
        script.refuses("update_alias", "ResourceNotFoundException")
        script.answers("create_alias", {}, Name=CHECKED, FunctionVersion="7")

        list(go([way(script)]))


def test_a_function_that_is_not_there_has_nothing_to_take_back() -> None:
    """A new function, or a stage whose first deployment failed."""
    with scripted() as script:
        script.refuses("get_alias", "ResourceNotFoundException")

        assert unchecked([script.function]) == []
