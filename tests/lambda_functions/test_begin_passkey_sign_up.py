"""POST /user/passkey/options: begins to sign up with a passkey, by a mailed link."""

import pytest

from shared.factors.relying_party import challenge_of
from shared.tokens.mail_tokens import MailClaims, Purpose
from tests.support.account_owner import Owner
from tests.support.application import EMAIL, PASSWORD, Answer
from tests.support.authenticator import Device, decoded
from tests.support.clock import Clock
from tests.support.cloud import Cloud
from tests.support.heavy import BODIES, SDK, TOKENS
from tests.support.mail import Outbox
from tests.support.possession import encoded
from tests.support.wire import Wire

# A ticket is signed, and nothing is verified here but the link.
LOADS = SDK | TOKENS | BODIES


def link(outbox: Outbox, strict: Owner) -> str:
    assert strict.ask_to_sign_up().status == 202
    return outbox.last_token


def test_a_browser_is_told_what_to_make(strict: Owner, outbox: Outbox) -> None:
    token = link(outbox, strict)

    answer = strict.begin_passkey_sign_up(token)

    options = answer.body["public_key"]
    assert answer.status == 200
    assert answer.body.keys() == {"ticket", "ticket_expires_in", "public_key"}
    assert answer.body["ticket_expires_in"] == 300
    assert options["challenge"] == encoded(challenge_of(answer.body["ticket"]))
    assert (options["user"]["name"], len(decoded(options["user"]["id"]))) == (EMAIL, 36)
    assert options["excludeCredentials"] == []


def test_the_user_of_a_link_is_the_same_each_time(strict: Owner, outbox: Outbox) -> None:
    """So that a device on which it failed keeps one passkey and not several."""
    token = link(outbox, strict)
    users = {strict.begin_passkey_sign_up(token).body["public_key"]["user"]["id"]
             for _ in range(3)}

    assert len(users) == 1
    assert users != {strict.begin_passkey_sign_up(link(outbox, strict)).body["public_key"]["user"]
                     ["id"]}


def test_a_link_that_has_signed_up_makes_no_other_passkey(strict: Owner, outbox: Outbox,
                                                          device: Device) -> None:
    """A device would have two then, and offer the one that signs nobody in."""
    token = link(outbox, strict)
    assert strict.sign_up_by(device, token).status == 201

    assert strict.begin_passkey_sign_up(token).outcome == (400, "invalid_link")


def test_nothing_is_stored(strict: Owner, outbox: Outbox, wire: Wire, cloud: Cloud) -> None:
    token = link(outbox, strict)
    strict.begin_passkey_sign_up(token)
    wire.sent.clear()

    assert strict.begin_passkey_sign_up(token).status == 200
    assert wire.sent == ["GetItem"], "whether the link was used"
    assert cloud.items("users") == cloud.items("identities") == cloud.items("factors") == []


@pytest.mark.parametrize(("seconds", "status"), [(1799, 200), (1800, 400)])
def test_a_link_lasts_thirty_minutes(strict: Owner, outbox: Outbox, clock: Clock, seconds: int,
                                     status: int) -> None:
    token = link(outbox, strict)
    clock.advance(seconds)

    assert strict.begin_passkey_sign_up(token).status == status


def test_no_other_token_is_such_a_link(strict: Owner, outbox: Outbox) -> None:
    """Neither a link for another purpose, nor one that is altered."""
    token, claims = link(outbox, strict), MailClaims("u-1", 0, EMAIL)
    header, payload, signature = token.split(".")
    others = [strict.services.mail_tokens.mint(claims, Purpose.CHANGE_EMAIL),
              strict.services.mail_tokens.mint(MailClaims("u-1", 0), Purpose.RESET_PASSWORD),
              f"{header}.{payload}.{signature[::-1]}", "nonsense",
              strict.begin_passkey_sign_up(token).body["ticket"]]

    assert {strict.begin_passkey_sign_up(other).outcome for other in others} == {
        (400, "invalid_link")}


def test_such_a_link_does_nothing_else(strict: Owner, outbox: Outbox, by_link: Answer) -> None:
    strict.ask_to_sign_up("bob@byron.example.org")
    token = outbox.last_token

    answers = [strict.reset_password(token), strict.verify(token, PASSWORD),
               strict.confirm_email(token, by_link.pair.access_token)]

    assert {answer.outcome for answer in answers} == {(400, "invalid_link")}


def test_a_stage_that_sends_no_mail_has_no_links(cloud: Cloud, clock: Clock) -> None:
    owner = Owner(cloud.services(clock))

    assert owner.begin_passkey_sign_up("a.link").outcome == (503, "mail_not_configured")
