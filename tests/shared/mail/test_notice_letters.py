"""What a notice says, to the letter: its reader has to believe it."""

import re
from dataclasses import replace

import pytest

from shared.mail.mailer import Message
from shared.mail.notice_letters import LETTERS, compose_notice, shown
from shared.mail.notices import Notice, NoticeErrand

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
ERRAND = NoticeErrand(Notice.PASSWORD_CHANGED, "ada@lovelace.example.org", 1_764_200_000,
                      "203.0.113.7", FIREFOX)
# What mail programs make links of: schemes, names of hosts, addresses of mail, telephone numbers.
LINK = re.compile(r"https?:|[a-z]\.[a-z]|@|\+[0-9]", re.IGNORECASE)


def compose(errand: NoticeErrand, with_device: bool = True) -> Message:
    return compose_notice(errand, "Looms & Co", with_device=with_device)


def test_a_notice_says_what_when_from_where_and_what_to_do() -> None:
    circumstances = ("This happened on Wed, 26 Nov 2025 23:33:20 UTC, from the IP address"
                     f" 203.0.113.7, on a device that calls itself {FIREFOX.replace(':', ' ')}.")

    message = compose(ERRAND)

    assert (message.to, message.subject) == (ERRAND.email, "Your Looms & Co password was changed")
    assert message.text.split("\n\n") == [
        "The password of your Looms & Co account was changed, and the sessions that were open"
        " before have ended.", circumstances,
        "If it was not you, open Looms & Co as you usually do, without following a link in a mail,"
        " and reset your password. That ends all sessions.\n"]
    assert f"<p>{circumstances}</p>" in message.html
    assert "Looms &amp; Co" in message.html


def test_who_did_not_add_a_factor_is_not_sent_where_it_is_asked_for() -> None:
    """A reset of the password leaves the factor, and only operators can remove it."""
    advice = compose(replace(ERRAND, occasion=Notice.FACTOR_ADDED)).text.split("\n\n")[-1]

    assert "ask those who run Looms & Co to remove it" in advice
    assert "review" not in advice


@pytest.mark.parametrize("notice", Notice)
def test_no_notice_has_a_link(notice: Notice) -> None:
    message = compose(replace(ERRAND, occasion=notice, device="http://x.example.org"))

    assert "<a" not in message.html
    assert not LINK.search(message.text)


def test_every_notice_has_words_of_its_own() -> None:
    assert len({(letter.subject, letter.happened) for letter in LETTERS.values()}) == len(Notice)


@pytest.mark.parametrize("left", [0, 9])
def test_a_notice_of_a_used_recovery_code_says_how_many_are_left(left: int) -> None:
    message = compose(replace(ERRAND, occasion=Notice.RECOVERY_CODE_USED, left=left))

    assert f"The number of codes left is {left}." in message.text


def test_a_device_that_may_be_a_strangers_is_not_shown() -> None:
    message = compose(ERRAND, with_device=False)

    assert "Firefox" not in message.text + message.html
    assert "203.0.113.7." in message.text


@pytest.mark.parametrize(("address", "device", "circumstances"), [
    ("", "", "This happened on Wed, 26 Nov 2025 23:33:20 UTC."),
    ("x.example.org", "", "This happened on Wed, 26 Nov 2025 23:33:20 UTC."),
    ("2001:db8::7", "", "This happened on Wed, 26 Nov 2025 23:33:20 UTC,"
                        " from the IP address 2001:db8::7."),
    ("fe80::7%x.example.org", "", "This happened on Wed, 26 Nov 2025 23:33:20 UTC,"
                                  " from the IP address fe80::7."),
    ("", "curl/8.14.1", "This happened on Wed, 26 Nov 2025 23:33:20 UTC,"
                        " on a device that calls itself curl/8.14.1.")])
def test_what_is_not_known_is_not_told(address: str, device: str, circumstances: str) -> None:
    message = compose(replace(ERRAND, address=address, device=device))

    assert message.text.split("\n\n")[1] == circumstances


@pytest.mark.parametrize(("device", "text"), [
    (FIREFOX, FIREFOX.replace(":", " ")),
    ("Go to https://x.example.org/win?a=1 now", "Go to https //x example org/win a 1 now"),
    ("www.x.example", "www x example"), ("x.io", "x io"), ("9.io", "9 io"), ("x.9", "x 9"),
    ("mail me@x.example", "mail me x example"), ("call +44 20", "call 44 20"),
    ("$service ${left} $", "service left"), ("<b>\"'&amp;", "b amp;"),
    ("a\r\nBcc: b\x00\x1b[31m", "a Bcc b 31m"), ("\u202egnp.exe\u2066", "gnp exe"),
    ("\ud83d\ude00 é", ""), ("a" * 300, "a" * 100), ("", ""), (" . .. ", "")])
def test_a_device_is_shown_as_plain_text_that_cannot_be_a_link(device: str, text: str) -> None:
    assert shown(device) == text


def test_what_a_stranger_wrote_is_never_filled_in() -> None:
    """Nor does it break the template."""
    message = compose(replace(ERRAND, device="$service $nothing ${"))

    assert "a device that calls itself service nothing." in message.text
