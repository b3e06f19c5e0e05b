"""Amazon SES v2: hands mail over for delivery."""

from typing import TYPE_CHECKING

from shared.mail import Message
from shared.stores.failures import translated

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client


class SesMailer:
    """A shared.mail.Mailer; `sender` is an address that SES has verified."""

    def __init__(self, client: "SESV2Client", sender: str) -> None:
        self._client, self._sender = client, sender

    def send(self, message: Message) -> None:
        with translated():
            self._client.send_email(
                FromEmailAddress=self._sender, Destination={"ToAddresses": [message.to]},
                Content={"Simple": {
                    "Subject": {"Data": message.subject, "Charset": "UTF-8"},
                    "Body": {"Text": {"Data": message.text, "Charset": "UTF-8"},
                             "Html": {"Data": message.html, "Charset": "UTF-8"}}}})
