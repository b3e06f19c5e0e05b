"""Mail is handed to Amazon SES as it was composed."""

import pytest
from botocore.stub import ANY, Stubber
from moto.ses.models import ses_backends

from shared.errors import MailNotSent, Misconfigured
from shared.mail.mailer import Message
from shared.stores import aws_clients
from shared.stores.ses import SesMailer
from shared.wiring.services import Services
from tests.support.clock import Clock
from tests.support.cloud import Cloud
from tests.support.senders import BAD_SENDERS, GOOD_SENDERS
from tests.support.wire import Wire

LETTER = Message("ada@lovelace.example.org", "Verify your address for caf\u00e9",
                 "Follow the link.\n", "<p>Follow the link.</p>\n")


@pytest.fixture
def mailing(cloud: Cloud, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Services:
    """Services of a stage that sends mail from an address that SES has verified."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-west-2")
    return cloud.services(clock, mail_sender="hello@session.example.org",
                          mail_link_url="https://app.example.org")


def test_a_letter_arrives_as_it_was_written(mailing: Services) -> None:
    mailer = mailing.mailer
    assert mailer is not None
    aws_clients.ses().create_email_identity(EmailIdentity="hello@session.example.org")

    mailer.send(LETTER)

    [sent] = ses_backends["123456789012"]["us-west-2"].sent_messages
    assert (sent.source, sent.subject) == ("hello@session.example.org", LETTER.subject)
    assert sent.destinations == {"ToAddresses": [LETTER.to]}


def test_both_forms_of_a_letter_are_sent_as_utf_8(mailing: Services) -> None:
    def text(data: str) -> dict[str, str]:
        return {"Data": data, "Charset": "UTF-8"}

    client = aws_clients.ses()
    with Stubber(client) as ses:
        ses.add_response("send_email", {"MessageId": "1"}, {
            "FromEmailAddress": "hello@session.example.org",
            "Destination": {"ToAddresses": [LETTER.to]},
            "Content": {"Simple": {"Subject": text(LETTER.subject), "Body": {
                "Text": text(LETTER.text), "Html": text(LETTER.html)}}}})
        SesMailer(client, "hello@session.example.org").send(LETTER)

        ses.assert_no_pending_responses()


@pytest.mark.usefixtures("mailing")
@pytest.mark.parametrize(("sender", "handed"), [
    (text, handed) for text, (_, handed) in GOOD_SENDERS.items()])
def test_a_sender_is_handed_over_in_the_form_of_a_header(sender: str, handed: str) -> None:
    """SES reads it as a header of RFC 5322, which is ASCII; RFC 2047 says how a name is put."""
    client = aws_clients.ses()
    with Stubber(client) as ses:
        ses.add_response("send_email", {"MessageId": "1"}, {
            "FromEmailAddress": handed, "Destination": ANY, "Content": ANY})
        SesMailer(client, sender).send(LETTER)

        ses.assert_no_pending_responses()


@pytest.mark.parametrize("name", ["", "accounts"])
def test_the_configuration_set_is_named_if_there_is_one(name: str, cloud: Cloud, clock: Clock,
                                                        monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-west-2")
    client = aws_clients.ses()
    monkeypatch.setattr(aws_clients, "ses", lambda: client)
    mailer = cloud.services(clock, mail_sender="hello@session.example.org",
                            mail_configuration_set=name).mailer
    assert mailer is not None
    with Stubber(client) as ses:
        ses.add_response("send_email", {"MessageId": "1"}, {
            "FromEmailAddress": ANY, "Destination": ANY, "Content": ANY,
            **({"ConfigurationSetName": name} if name else {})})

        mailer.send(LETTER)

        ses.assert_no_pending_responses()


def test_a_letter_that_cannot_be_sent_now_is_not_sent(mailing: Services) -> None:
    client = aws_clients.ses()
    Wire(client).cut("SendEmail")

    with pytest.raises(MailNotSent):
        SesMailer(client, "hello@session.example.org").send(LETTER)


def test_a_letter_that_ses_refuses_is_not_sent(mailing: Services) -> None:
    """Its code says why; its text would quote the address."""
    client = aws_clients.ses()

    with pytest.raises(MailNotSent, match="^MessageRejected$"):
        SesMailer(client, "nobody@unverified.example.org").send(LETTER)


def test_a_stage_without_a_sender_has_no_mailer(services: Services) -> None:
    assert services.mailer is None


@pytest.mark.parametrize("text", [text for text in BAD_SENDERS if text])
def test_a_sender_of_whom_ses_takes_no_mail_stops_the_function_at_its_start(
        text: str, cloud: Cloud, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-west-2")
    services = cloud.services(clock, mail_sender=text, mail_link_url="https://x.org")

    with pytest.raises(Misconfigured, match="MAIL_SENDER is") as refused:
        services.delivery

    assert text in str(refused.value)
