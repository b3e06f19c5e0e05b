"""A sender is an address that SES can take, with or without a name."""

import pytest

from shared.senders import split_sender
from tests.support.senders import BAD_SENDERS, GOOD_SENDERS


@pytest.mark.parametrize("text", GOOD_SENDERS)
def test_a_sender_has_an_address(text: str) -> None:
    parts = split_sender(text)

    assert parts is not None and parts[1] == GOOD_SENDERS[text][0]


@pytest.mark.parametrize(("text", "name"), [
    ("a@x.org", ""), ("<a@x.org>", ""), ("  Ada L. <a@x.org>", "Ada L."),
    ('"Ada, L." <a@x.org>', "Ada, L."), (r'"Ada \"L\" \\" <a@x.org>', r'Ada "L" \ '.strip()),
    ('"Ada" L <a@x.org>', '"Ada" L'), ('" <a@x.org>', '"')])
def test_a_name_is_as_it_is_to_be_read(text: str, name: str) -> None:
    assert split_sender(text) == (name, "a@x.org")


@pytest.mark.parametrize("text", BAD_SENDERS)
def test_what_ses_refuses_is_no_sender(text: str) -> None:
    assert split_sender(text) is None
