"""Which language somebody gets: by the weights of RFC 9110 and the lookup of RFC 4647."""

import pytest

from shared.account_pages.languages import accepted, best

THERE = ("ar", "de", "en", "pt-PT", "pt-BR", "zh-Hant")


@pytest.mark.parametrize(("header", "ranges"), [
    ("", [""]),
    ("da, en-gb;q=0.8, en;q=0.7", ["da", "en-gb", "en"]),
    ("en;q=0.7,da,de;q=0.800 , ar ; q=1.000", ["da", "ar", "de", "en"]),
    ("de;Q=0.5,ar;q=0.6", ["ar", "de"]),
    ("de;q=0,ar;q=0.000,en;q=0.", ["en"][:0]),
    ("*", ["*"])])
def test_what_is_wanted_more_comes_first(header: str, ranges: list[str]) -> None:
    assert accepted(header) == ranges


@pytest.mark.parametrize("weight", [
    "q", "q=", "q=2", "q=-1", "q=.5", "q=0.1234", "q=1e0", "q=nan", "q=inf", "q=0.5;x=1", "x=1",
    "q=0.\u0665", "q=\u0661", "q=0.5.5", "q= 0.5", "q=0_1", "q=1.\u00b2"])
def test_a_weight_that_is_none_leaves_a_language_out(weight: str) -> None:
    assert accepted(f"de;{weight},ar") == ["ar"]


def test_a_weight_above_one_is_one() -> None:
    assert accepted("de,ar;q=1.5,en") == ["de", "ar", "en"]


@pytest.mark.parametrize(("wanted", "tag"), [
    (["de"], "de"), (["DE-at-1996"], "de"), (["fr", "ar"], "ar"), (["pt-br"], "pt-BR"),
    (["pt"], "pt-BR"), (["pt-PT"], "pt-PT"), (["pt-AO"], "pt-BR"),
    (["zh-Hant-TW"], "zh-Hant"), (["zh"], "zh-Hant"),
    (["zh-Hant-x-private"], "zh-Hant"), (["de-a-bc-x-y"], "de"), (["dex"], "en"), (["*"], "en"),
    (["-de"], "en"), ([""], "en"), ([], "en"), (["x", "y", "de"], "de")])
def test_a_language_is_found_by_the_longest_tag_or_at_least_by_its_name(
        wanted: list[str], tag: str) -> None:
    assert best(wanted, THERE) == tag


def test_what_no_browser_sends_is_not_looked_at() -> None:
    assert accepted("x," * 32 + "de") == ["x"] * 32
    assert best(["de" + "-a" * 9000], THERE) == "de"
