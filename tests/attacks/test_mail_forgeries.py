"""No forged link sets a password, or verifies or changes an address, and none costs the tables a
request."""

from collections.abc import Callable

import pytest

from shared.keys.signing_keys import derive
from shared.mail.errands import Errand, Occasion
from shared.tokens.mail_tokens import Purpose
from tests.attacks.forge import Genuine
from tests.attacks.signature_forgeries import FORGERIES
from tests.support.account_owner import Owner
from tests.support.application import Answer, Pair
from tests.support.clock import Clock
from tests.support.cloud import SIGNING_SECRET, Cloud
from tests.support.mail import MAIL, Outbox, with_mail
from tests.support.wire import Wire

INVALID_LINK = (400, "invalid_link")


class Reader(Owner):
    """Ada, who is signed in, and reads her mail."""

    pair: Pair

    def follow_to_next(self, token: str) -> Answer:
        return self.confirm_email(token, self.pair.access_token)


FOLLOW: dict[Purpose, Callable[[Reader, str], Answer]] = {
    Purpose.RESET_PASSWORD: Owner.reset_password, Purpose.VERIFY_EMAIL: Owner.verify,
    Purpose.CHANGE_EMAIL: Reader.follow_to_next, Purpose.SIGN_UP: Owner.begin_passkey_sign_up}


@pytest.fixture
def owner(cloud: Cloud, clock: Clock) -> Reader:
    """Ada has signed up at a stage that sends mail, and signed in."""
    owner = Reader(with_mail(cloud.services(clock, **MAIL), Outbox()))
    assert owner.sign_up().status == 201
    owner.pair = owner.sign_in().pair
    return owner


@pytest.mark.parametrize("purpose", Purpose)
def test_a_forged_link_is_refused(purpose: Purpose, owner: Reader, wire: Wire) -> None:
    """By header and by signature, as at every other place that takes a token of ours."""
    tokens = {kind: _mailed(owner, kind) for kind in Purpose}
    other = next(token for kind, token in tokens.items() if kind is not purpose)
    genuine = Genuine(tokens[purpose], other, derive(SIGNING_SECRET))
    for name, forgery in FORGERIES.items():
        forged = forgery(genuine)
        wire.sent.clear()

        answer = FOLLOW[purpose](owner, forged)

        assert answer.outcome == INVALID_LINK, name
        assert set(wire.sent) <= {"GetSecretValue"}, name
    assert FOLLOW[purpose](owner, tokens[purpose]).status < 300


def test_no_token_stands_in_for_one_of_another_purpose(owner: Reader, wire: Wire) -> None:
    """Access, refresh, reset, verification, change and sign-up are six kinds, each good at its own
    place."""
    pair = owner.pair
    mailed = {kind: _mailed(owner, kind) for kind in Purpose}
    wire.sent.clear()

    for purpose, follow in FOLLOW.items():
        strangers = [pair.access_token, pair.refresh_token,
                     *(token for kind, token in mailed.items() if kind is not purpose)]
        assert [follow(owner, token).outcome for token in strangers] == [INVALID_LINK] * 5
    for token in mailed.values():
        assert not owner.is_let_in(token)
        assert owner.refresh(Pair(token, pair.refresh_token)).outcome == (401, "unauthorized")
        assert owner.refresh(Pair(pair.access_token, token)).outcome == (401, "unauthorized")
        assert owner.sign_out(token).outcome == (401, "unauthorized")
    assert wire.sent == []


def _mailed(owner: Reader, purpose: Purpose) -> str:
    """Return the token of a link that the owner asked for."""
    if purpose is Purpose.RESET_PASSWORD:
        owner.forget_password()
    elif purpose is Purpose.CHANGE_EMAIL:
        owner.change_email(owner.pair.access_token)
    elif purpose is Purpose.SIGN_UP:
        # The stage asks for no verified address, and so nobody can ask for such a link there.
        queue = owner.services.errand_queue
        assert queue is not None
        queue.put(Errand(Occasion.SIGN_UP, "bob@example.org", "source"))
    else:
        owner.ask_verification()
    outbox = owner.services.mailer
    assert isinstance(outbox, Outbox)
    return outbox.last_token
