"""What our mail says, in plain text and HTML."""

from dataclasses import dataclass
from html import escape
from string import Template

from shared.mail.mailer import Message
from shared.tokens.mail_tokens import Purpose


@dataclass(frozen=True, slots=True)
class Letter:
    """A subject and two paragraphs around a link; $service is filled in."""

    subject: str
    before: str
    after: str
    page: str = ""


RESET = Letter(
    "Reset your $service password",
    "Somebody, probably you, asked to reset the password of your $service account. This link"
    " lets you choose a new one. It works once, within 30 minutes:",
    "If it was not you, ignore this mail. Your password stays as it is.", "reset-password")
VERIFY = Letter(
    "Verify your address for $service",
    "Please verify that this address is yours and that you want to use it with $service. Follow"
    " this link, and enter the password of your account if you are asked for it. It works for 24"
    " hours:",
    "If you did not sign up, ignore this mail. Nobody can verify this address without that"
    " password.", "verify-email")
SIGN_UP = Letter(
    "Sign up to $service",
    "Somebody, probably you, wants to sign up to $service with this address. This link lets you"
    " finish that, with a passkey of the device on which you follow it. It works once, within 30"
    " minutes:",
    "If it was not you, ignore this mail. Nobody can sign up with a passkey at this address without"
    " this link.", "sign-up")
TAKEN = Letter(
    "You already have a $service account",
    "Somebody, probably you, tried to sign up to $service with this address. You already have"
    " an account. Sign in with it, or reset its password if you forgot it.",
    "If it was not you, ignore this mail. Nothing was changed.")

UNFINISHED = Letter(
    "Finish signing up to $service",
    "Somebody, probably you, signed up to $service with this address more than once, and has not"
    " verified it. This link verifies it and lets you choose the password. It works once,"
    " within 30 minutes:",
    "If it was not you, ignore this mail. Nothing was changed.", "reset-password")

CHANGE = Letter(
    "Use this address for your $service account",
    "Somebody, probably you, wants to use this address for their $service account. Follow this"
    " link where you are signed in to that account. It works once, within 24 hours:",
    "If it was not you, ignore this mail. Nobody can use this link without being signed in to that"
    " account.", "change-email")

HAS_ACCOUNT = Letter(
    "This address has a $service account",
    "Somebody, probably you, wanted to use this address for another $service account. It already"
    " has an account of its own. Sign in to that, or reset its password if you forgot it. To use"
    " the address for the other account, delete that one first.",
    "If it was not you, ignore this mail. Nothing was changed.")

LETTERS = {Purpose.RESET_PASSWORD: RESET, Purpose.VERIFY_EMAIL: VERIFY,
           Purpose.CHANGE_EMAIL: CHANGE, Purpose.SIGN_UP: SIGN_UP}


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What every mail shows: the service's name, and the web address of its links."""

    service_name: str
    link_url: str


def compose(letter: Letter, to: str, letterhead: Letterhead, token: str = "") -> Message:
    """Return the message; with a token, its link is <link_url>/<page>#token=<token>.

    The token is in the fragment, which browsers send to no server and in no Referer.
    """
    def filled(text: str) -> str:
        return Template(text).substitute(service=letterhead.service_name)

    link = f"{letterhead.link_url}/{letter.page}#token={token}" if token else ""
    return lay_out(to, filled(letter.subject),
                   [filled(letter.before), link, filled(letter.after)], link)


def lay_out(to: str, subject: str, paragraphs: list[str], link: str = "") -> Message:
    """Return a message of these paragraphs, without the empty ones; the one that is `link` becomes
    a link in HTML."""
    shown = [paragraph for paragraph in paragraphs if paragraph]
    marked_up = [f'<a href="{escape(paragraph)}">{escape(paragraph)}</a>' if paragraph == link
                 else escape(paragraph) for paragraph in shown]
    return Message(
        to, subject, "\n\n".join(shown) + "\n",
        "<!doctype html>\n<html><body>\n"
        + "".join(f"<p>{paragraph}</p>\n" for paragraph in marked_up)
        + "</body></html>\n")
