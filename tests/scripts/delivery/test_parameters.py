"""PARAMS of a deployment: what serverless.yml does not know is refused, not ignored."""

import pytest

from scripts.checkout import Refused
from scripts.delivery.parameters import named, require_known


def test_parameters_of_serverless_yml_are_let_through() -> None:
    require_known(named(["alarmEmail=ops@example.org", "mailLinkUrl=https://example.org/a=b"]))
    require_known({})


def test_a_value_may_hold_an_equals_sign() -> None:
    assert named(["mailLinkUrl=https://example.org/a=b", "Nat=true"]) == {
        "mailLinkUrl": "https://example.org/a=b", "Nat": "true"}


@pytest.mark.parametrize("word", ["alarmEmail", "<no-reply@example.org>", "=value"])
def test_what_is_no_name_and_value_is_refused(word: str) -> None:
    """Such as the second half of a value with a space in it."""
    with pytest.raises(Refused, match=f"{word} is not NAME=VALUE"):
        named(["mailSender=Example", word])


def test_an_empty_value_is_refused_since_osls_takes_none() -> None:
    with pytest.raises(Refused, match="alarmEmail has no value. osls takes no empty one"):
        require_known(named(["alarmEmail="]))


def test_a_misspelt_name_is_refused_with_the_name_that_was_meant() -> None:
    with pytest.raises(Refused, match="no parameter accesTokenSeconds; .* accessTokenSeconds"):
        require_known({"accesTokenSeconds": "900"})


def test_a_name_like_no_other_is_refused_with_all_that_there_are() -> None:
    with pytest.raises(Refused, match="no parameter zzz; .* accessTokenSeconds, .* snapStart"):
        require_known({"bcryptCost": "12", "zzz": "1"})


@pytest.mark.parametrize(("name", "advice"), [
    ("region", "Say the region with REGION"),
    ("target", "Say the folder of the zips with DIST")])
def test_what_another_variable_says_is_refused_with_its_name(name: str, advice: str) -> None:
    with pytest.raises(Refused, match=advice):
        require_known({name: "eu-west-1"})


def test_a_stage_is_not_made_known_on_the_way() -> None:
    with pytest.raises(Refused, match="no parameter stageIsKnown"):
        require_known({"stageIsKnown": "true"})
