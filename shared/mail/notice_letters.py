"""What notices say: what happened, when and from where, and what to do if it was somebody else."""

import re
from contextlib import suppress
from email.utils import formatdate
from ipaddress import ip_address
from string import Template
from typing import NamedTuple

from shared.mail.letters import lay_out
from shared.mail.mailer import Message
from shared.mail.notices import Notice, NoticeErrand

MAX_DEVICE_CHARACTERS = 100
# Mail programs make links of anything that looks like an address, so nothing here can be one.
_NOT_SHOWN = re.compile(r"[^A-Za-z0-9 ()/;,._-]+")
_DOT_OF_A_NAME = re.compile(r"(?<![0-9])\.|\.(?![0-9])")

RESET = ("If it was not you, open $service as you usually do, without following a link in a mail,"
         " and reset your password. That ends all sessions.")
REVIEW = f"{RESET} Then review the second factors of your account."
# Without the factor of somebody else, its owner gets in by no reset of the password.
PASSKEY_ADDED = (f"{RESET} The passkey may still sign in after that: remove it from your account,"
                 " or ask those who run $service to do so.")
ADDED = (f"{RESET} To sign in after that, you need the factor that was added: ask those who run"
         " $service to remove it.")


class NoticeLetter(NamedTuple):
    """A subject, what happened, and what to do if it was somebody else; $service and $left are
    filled in."""

    subject: str
    happened: str
    advice: str


LETTERS = {
    Notice.PASSWORD_CHANGED: NoticeLetter(
        "Your $service password was changed",
        "The password of your $service account was changed, and the sessions that were open"
        " before have ended.", RESET),
    Notice.EMAIL_VERIFIED: NoticeLetter(
        "Your address for $service was verified",
        "This address was verified for your $service account.", RESET),
    Notice.FACTOR_ADDED: NoticeLetter(
        "A second factor was added to your $service account",
        "A second factor was added to your $service account.", ADDED),
    Notice.FACTOR_REMOVED: NoticeLetter(
        "A second factor was removed from your $service account",
        "A second factor was removed from your $service account.", REVIEW),
    Notice.PASSKEY_ADDED: NoticeLetter(
        "A passkey was added to your $service account",
        "A passkey was added to your $service account. Whoever has it can sign in.",
        PASSKEY_ADDED),
    Notice.PASSKEY_REMOVED: NoticeLetter(
        "A passkey was removed from your $service account",
        "A passkey was removed from your $service account. It no longer signs in, and sessions"
        " that passkeys had opened have ended.", REVIEW),
    Notice.RECOVERY_CODES_REPLACED: NoticeLetter(
        "Your $service recovery codes were replaced",
        "New recovery codes were made for your $service account. The older ones no longer work.",
        REVIEW),
    Notice.RECOVERY_CODE_USED: NoticeLetter(
        "A recovery code of your $service account was used",
        "A recovery code of your $service account was used. The number of codes left is $left.",
        REVIEW),
    Notice.CODES_GUESSED: NoticeLetter(
        "Somebody may have your $service password",
        "Somebody entered the password of your $service account and a wrong code, after several"
        " other wrong codes of late. They were not let in.", RESET),
    Notice.SESSIONS_ENDED: NoticeLetter(
        "Sessions of your $service account were ended",
        "Sessions of your $service account were ended, on one device or on several.", RESET),
    Notice.EMAIL_CHANGE_REQUESTED: NoticeLetter(
        "Somebody asked to change the address of your $service account",
        "Somebody, probably you, asked to use another address than this one for your $service"
        " account. The address changes once a link that was mailed to the other one is followed.",
        RESET),
    Notice.EMAIL_CHANGED: NoticeLetter(
        "The address of your $service account was changed",
        "Your $service account has another address now. This one no longer signs in to it, and"
        " gets no more mail about it.",
        "If it was not you, ask those who run $service for help."),
}


def compose_notice(errand: NoticeErrand, service_name: str, *, with_device: bool) -> Message:
    """Return the message. The device is its own text, which is a stranger's if the address is not
    the person's; so it is shown only with `with_device`."""
    letter = LETTERS[errand.occasion]

    def filled(text: str) -> str:
        return Template(text).substitute(service=service_name, left=errand.left)

    return lay_out(errand.email, filled(letter.subject), [
        filled(letter.happened), _circumstances(errand, with_device), filled(letter.advice)])


def shown(device: str) -> str:
    """Return what a mail shows of a User-Agent: at most 100 characters, of which no mail program
    makes a link, such as letters, digits, and dots between digits."""
    plain = _DOT_OF_A_NAME.sub(" ", _NOT_SHOWN.sub(" ", device))
    return " ".join(plain.split())[:MAX_DEVICE_CHARACTERS]


def _circumstances(errand: NoticeErrand, with_device: bool) -> str:
    told = [f"This happened on {formatdate(errand.happened_at, usegmt=True)[:-3]}UTC"]
    with suppress(ValueError):
        told.append(f"from the IP address {ip_address(errand.address.partition('%')[0])}")
    device = shown(errand.device) if with_device else ""
    if device:
        told.append(f"on a device that calls itself {device}")
    return ", ".join(told) + "."
