"""The port that sends mail."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Message:
    """One mail to one address."""

    to: str
    subject: str
    text: str
    html: str


class Mailer(Protocol):
    def send(self, message: Message) -> None:
        """Hand the message over for delivery; raise MailNotSent when it is refused, or when
        nobody answers."""
