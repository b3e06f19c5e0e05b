"""No forged link sets a password or verifies an address, and none costs the tables a request."""

from collections.abc import Callable

import pytest

from shared.keys.signing_keys import derive
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
FOLLOW: dict[Purpose, Callable[[Owner, str], Answer]] = {
    Purpose.RESET_PASSWORD: Owner.reset_password, Purpose.VERIFY_EMAIL: Owner.verify}


@pytest.fixture
def owner(cloud: Cloud, clock: Clock) -> Owner:
    """Ada has signed up at a stage that sends mail."""
    owner = Owner(with_mail(cloud.services(clock, **MAIL), Outbox()))
    assert owner.sign_up().status == 201
    return owner


@pytest.mark.parametrize("purpose", Purpose)
def test_a_forged_link_is_refused(purpose: Purpose, owner: Owner, wire: Wire) -> None:
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


def test_no_token_stands_in_for_one_of_another_purpose(owner: Owner, wire: Wire) -> None:
    """Access, refresh, reset and verification are four kinds, each good at its own place."""
    pair = owner.sign_in().pair
    mailed = {kind: _mailed(owner, kind) for kind in Purpose}
    wire.sent.clear()

    for purpose, follow in FOLLOW.items():
        strangers = [pair.access_token, pair.refresh_token,
                     *(token for kind, token in mailed.items() if kind is not purpose)]
        assert [follow(owner, token).outcome for token in strangers] == [INVALID_LINK] * 3
    for token in mailed.values():
        assert not owner.is_let_in(token)
        assert owner.refresh(Pair(token, pair.refresh_token)).outcome == (401, "unauthorized")
        assert owner.refresh(Pair(pair.access_token, token)).outcome == (401, "unauthorized")
        assert owner.sign_out(token).outcome == (401, "unauthorized")
    assert wire.sent == []


def _mailed(owner: Owner, purpose: Purpose) -> str:
    """Return the token of a link that the owner asked for."""
    if purpose is Purpose.RESET_PASSWORD:
        owner.forget_password()
    else:
        owner.ask_verification()
    outbox = owner.services.mailer
    assert isinstance(outbox, Outbox)
    return outbox.last_token
