"""An origin is as a browser sends it, an issuer as a token names it, and a link is one that a token
can be put into."""

import pytest

from shared.web_addresses import is_issuer, is_link_base, is_logo, is_origin
from tests.support.web_addresses import (BAD_ISSUERS, BAD_LINKS, BAD_LOGOS, BAD_ORIGINS,
                                         GOOD_ISSUERS, GOOD_LINKS, GOOD_LOGOS, GOOD_ORIGINS)


@pytest.mark.parametrize("text", GOOD_ORIGINS)
def test_what_a_browser_sends_is_an_origin(text: str) -> None:
    assert is_origin(text)


@pytest.mark.parametrize("text", BAD_ORIGINS)
def test_what_no_browser_sends_is_none(text: str) -> None:
    assert not is_origin(text)


@pytest.mark.parametrize("text", GOOD_LINKS)
def test_a_path_and_a_fragment_can_follow_a_link(text: str) -> None:
    assert is_link_base(text)


@pytest.mark.parametrize("text", BAD_LINKS)
def test_a_link_that_would_break_or_be_overheard_is_none(text: str) -> None:
    assert not is_link_base(text)


@pytest.mark.parametrize("text", GOOD_ISSUERS)
def test_what_a_token_can_name_is_an_issuer(text: str) -> None:
    assert is_issuer(text)


@pytest.mark.parametrize("text", BAD_ISSUERS)
def test_what_no_token_names_is_no_issuer(text: str) -> None:
    assert not is_issuer(text)


@pytest.mark.parametrize("text", GOOD_LOGOS)
def test_what_a_policy_can_name_is_a_logo(text: str) -> None:
    assert is_logo(text)


@pytest.mark.parametrize("text", BAD_LOGOS)
def test_what_would_change_a_policy_is_no_logo(text: str) -> None:
    assert not is_logo(text)
