"""Amazon SES v2: passes mail on for delivery."""

from email.header import Header
from email.utils import formataddr
from typing import TYPE_CHECKING, TypedDict

from botocore.exceptions import ClientError

from shared.errors import MailNotSent, Misconfigured, Unavailable
from shared.mail.mailer import Message
from shared.senders import split_sender
from shared.stores.failures import translated

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client


class _Options(TypedDict, total=False):
    ConfigurationSetName: str


class SesMailer:
    """A shared.mail.mailer.Mailer; `sender` is an address that SES has verified,
    or Name <address>; any other text raises Misconfigured, at the start of sendMail.

    Without a `configuration_set`, SES takes the default one of the identity, if that has one.
    """

    def __init__(self, client: "SESV2Client", sender: str, configuration_set: str = "") -> None:
        self._client, self._sender = client, _as_header(sender)
        self._options: _Options = (
            {"ConfigurationSetName": configuration_set} if configuration_set else {})

    def send(self, message: Message) -> None:
        try:
            with translated():
                self._send(message)
        except Unavailable as error:
            raise MailNotSent("SES did not answer or is busy") from error
        except ClientError as error:
            # SES's own text quotes addresses; the code is enough to find the cause.
            raise MailNotSent(error.response["Error"]["Code"]) from error

    def _send(self, message: Message) -> None:
        self._client.send_email(
            **self._options, FromEmailAddress=self._sender,
            Destination={"ToAddresses": [message.to]},
            Content={"Simple": {
                "Subject": {"Data": message.subject, "Charset": "UTF-8"},
                "Body": {"Text": {"Data": message.text, "Charset": "UTF-8"},
                         "Html": {"Data": message.html, "Charset": "UTF-8"}}}})


def _as_header(sender: str) -> str:
    """Return a sender as RFC 5322 writes it; what is beyond ASCII becomes encoded words (RFC 2047),
    of which one alone would be too long for a long name."""
    parts = split_sender(sender)
    if parts is None:
        raise Misconfigured("MAIL_SENDER is an ASCII address or Name <address>; "
                            f"{sender} is neither")
    name, address = parts
    if name.isascii():
        return formataddr((name, address))
    return f"{Header(name, 'utf-8').encode(linesep='')} <{address}>"
