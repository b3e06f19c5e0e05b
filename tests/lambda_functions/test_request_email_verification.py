"""POST /user/email-verification: a mailed link, to an address that is not verified yet."""

from tests.support.account_owner import Owner
from tests.support.application import EMAIL
from tests.support.heavy import ADDRESSES, BODIES, SDK
from tests.support.mail import Outbox

LOADS = SDK | BODIES | ADDRESSES


def test_only_an_unverified_address_gets_mail(owner: Owner, outbox: Outbox) -> None:
    """All get the same answer."""
    owner.ask_verification()
    owner.verify(outbox.last_token)
    outbox.messages.clear()

    answers = {owner.ask_verification(email).text for email in (EMAIL, "nobody@example.org")}

    assert len(answers) == 1
    assert outbox.messages == []


def test_a_mailbox_that_has_had_its_mail_gets_the_same_answer(
        owner: Owner, outbox: Outbox) -> None:
    answers = {owner.ask_verification().text for _ in range(6)}

    assert len(answers) == 1
    assert len(outbox.messages) == 3
