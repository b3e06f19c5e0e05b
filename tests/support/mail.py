"""A stage that sends mail, without Lambda and Amazon SES."""

import re

from lambda_functions import send_mail
from shared.errors import MailNotSent, Unavailable
from shared.gateway.asynchronous import Failed
from shared.mail.errands import AnyErrand
from shared.mail.mailer import Message
from shared.wiring.services import Services
from tests.support.events import LambdaContext

MAIL = {"mail_sender": "hello@session.example.org", "mail_link_url": "https://app.example.org"}


class Outbox:
    """A mailer that keeps what it was given, or refuses it all."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.refuses = False

    def send(self, message: Message) -> None:
        if self.refuses:
            raise MailNotSent("MessageRejected")
        self.messages.append(message)

    @property
    def last_token(self) -> str:
        """The token of the newest link in a mail."""
        tokens: list[str] = re.findall(
            r"#token=(\S+)", "".join(message.text for message in self.messages))
        return tokens[-1]

    @property
    def subjects(self) -> list[str]:
        return [message.subject for message in self.messages]


class Courier:
    """A queue of errands, which it has sendMail do at once unless it `waits`. Those that fail are
    dropped. If it `refuses`, it takes none."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self.errands: list[AnyErrand] = []
        self.waits = self.refuses = False

    def put(self, errand: AnyErrand) -> None:
        if self.refuses:
            raise Unavailable
        self.errands.append(errand)
        if not self.waits:
            self.do(errand)

    def do(self, errand: AnyErrand) -> None:
        try:
            send_mail.handler(errand.as_event(), LambdaContext("sendMail"), self._services)
        except Failed:
            return


def with_mail(services: Services, outbox: Outbox) -> Services:
    """Let the services send their mail to the outbox."""
    services.mailer, services.errand_queue = outbox, Courier(services)
    return services
