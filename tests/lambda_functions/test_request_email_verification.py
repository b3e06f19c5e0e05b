"""POST /user/email-verification: a mailed link, to an address that is not verified yet."""

from tests.support.account_owner import Outbox, Owner
from tests.support.application import EMAIL


def test_only_an_unverified_address_gets_mail(owner: Owner, outbox: Outbox) -> None:
    """All get the same answer."""
    owner.ask_verification()
    owner.verify(outbox.last_token)
    outbox.messages.clear()

    answers = {owner.ask_verification(email).text for email in (EMAIL, "nobody@example.org")}

    assert len(answers) == 1
    assert outbox.messages == []


def test_asking_is_limited_for_known_and_unknown_alike(owner: Owner) -> None:
    for email in (EMAIL, "nobody@example.org"):
        answers = [owner.ask_verification(email).status for _ in range(6)]

        assert answers == [202] * 5 + [429]
