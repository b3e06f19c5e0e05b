"""The mail that the stage has sent, for which a test waits: a function of its own sends it."""

import re
import time

from scripts.local.emulator import Emulator

WAIT_SECONDS, POLL_SECONDS = 30.0, 0.05


class Mailbox:
    """The mail to one address."""

    def __init__(self, emulator: Emulator, email: str) -> None:
        self._emulator, self._email = emulator, email
        self._seen = 0

    def next_token(self) -> str:
        """Return the token of the link in the next mail, once it is there."""
        self._seen += 1
        deadline = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < deadline:
            texts = [mail["BodyText"] for mail in self._emulator.sent_mail()
                     if mail["To"] == [self._email]]
            if len(texts) >= self._seen:
                [token] = re.findall(r"#token=(\S+)", texts[self._seen - 1])
                return str(token)
            time.sleep(POLL_SECONDS)
        raise AssertionError(f"no mail number {self._seen} came to {self._email}")
