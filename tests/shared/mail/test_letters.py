"""What our mail says, to the letter: nobody looks at it again before it is sent."""

from shared.mail.letters import VERIFY, Letter, Letterhead, compose
from shared.mail.mailer import Message

LETTERHEAD = Letterhead("Looms & Co", "https://app.example.org")
LETTER = Letter("News of $service", "Ask $service:", "If not, ignore it.", "a-page")


def test_a_letter_with_a_link_says_it_in_text_and_in_html() -> None:
    message = compose(LETTER, "ada@lovelace.example.org", LETTERHEAD, "a.b.c")

    assert message == Message(
        "ada@lovelace.example.org", "News of Looms & Co",
        "Ask Looms & Co:\n\nhttps://app.example.org/a-page#token=a.b.c\n\nIf not, ignore it.\n",
        "<!doctype html>\n<html><body>\n<p>Ask Looms &amp; Co:</p>\n"
        '<p><a href="https://app.example.org/a-page#token=a.b.c">'
        "https://app.example.org/a-page#token=a.b.c</a></p>\n"
        "<p>If not, ignore it.</p>\n</body></html>\n")


def test_a_letter_without_a_link_has_no_gap_where_it_would_be() -> None:
    message = compose(LETTER, "ada@lovelace.example.org", LETTERHEAD)

    assert message.text == "Ask Looms & Co:\n\nIf not, ignore it.\n"
    assert message.html == ("<!doctype html>\n<html><body>\n<p>Ask Looms &amp; Co:</p>\n"
                            "<p>If not, ignore it.</p>\n</body></html>\n")


def test_the_letter_that_verifies_says_that_its_reader_needs_the_password() -> None:
    """Or the owner of an address could be led to verify an account of somebody else's."""
    message = compose(VERIFY, "ada@lovelace.example.org", LETTERHEAD, "a.b.c")

    assert "enter the password of your account" in message.text
    assert "Nobody can verify this address without that password." in message.text
