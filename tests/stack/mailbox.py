"""The mail that the stage has sent, for which a test waits: a function of its own sends it."""

import re
import time

from scripts.local.emulator import Emulator

WAIT_SECONDS, POLL_SECONDS = 30.0, 0.05


class Mailbox:
    """The mail to these addresses."""

    def __init__(self, emulator: Emulator, *emails: str) -> None:
        self._emulator, self._emails = emulator, emails
        self._seen = 0

    def next_token(self) -> str:
        """Return the token of the next link in a mail, once it is there."""
        self._seen += 1
        return self._wait_for(r"#token=(\S+)", self._seen)[-1]

    def wait_for(self, words: str) -> None:
        """Return once a mail has these words."""
        self._wait_for(re.escape(words), 1)

    def _wait_for(self, pattern: str, times: int) -> list[str]:
        """Return what was found in the mails so far, at least so many times, up to that number."""
        deadline = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < deadline:
            texts = [mail["BodyText"] for mail in self._emulator.sent_mail()
                     if mail["To"][0] in self._emails]
            found: list[str] = re.findall(pattern, "\n".join(texts))
            if len(found) >= times:
                return found[:times]
            time.sleep(POLL_SECONDS)
        raise AssertionError(f"{pattern} came to {self._emails} less than {times} times")
