"""A passkey answers a ticket once, and what it answers is kept by one write."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from shared.errors import (AuthenticationError, Flaw, InvalidPasskey, InvalidTicket,
                           PasskeysNotConfigured, TooManyRequests, Unavailable, UnknownPasskey)
from shared.factors.factors import Factors
from shared.factors.passkeys import Passkey
from shared.factors.relying_party import challenge_of, encoded
from shared.factors.webauthn import check_registration
from shared.identities import EMAIL_ADDRESS, Account, Identity
from shared.sessions.state import MAX_LOOKS
from shared.sign_in.passkey_check import MOST_TICKETS, PasskeyCheck
from shared.stores.factors import DynamoFactorStore
from shared.tokens.ceremonies import LIFETIME_SECONDS, Ceremony, Purpose
from shared.wiring.services import Services
from tests.support.authenticator import Device
from tests.support.clock import NOW, Clock
from tests.support.cloud import Cloud
from tests.support.wire import Wire

TICKET = "a.ticket.of-ours"
SIGN_IN = Ceremony("c-1", Purpose.SIGN_IN, "web-app", NOW + LIFETIME_SECONDS)
ADAS = replace(SIGN_IN, purpose=Purpose.SECOND_STEP, user_id="ada")


@pytest.fixture
def device() -> Device:
    return Device()


@pytest.fixture
def passkey(services: Services, device: Device) -> Passkey:
    """Ada's."""
    party = services.relying_party
    assert party is not None
    made = device.make({"rp": {"id": party.rp_id}, "user": {"id": encoded(b"ada")},
                        "excludeCredentials": [], "challenge": encoded(challenge_of(TICKET))})
    new = check_registration({"id": made["id"], **{
        name: made["response"][name] for name in ("clientDataJSON", "attestationObject")}},
        challenge_of(TICKET), party)
    passkey = Passkey("ada", new.credential_id, new.public_key, party.rp_id, "Passkey", NOW,
                      new.counter, new.is_synced, new.is_backed_up)
    identity = Identity(EMAIL_ADDRESS, "ada@example.org", "ada", None, NOW, second_factor="f-1")
    services.factor_store.create(Account("ada", identity.name, NOW), identity,
                                 Factors(None, None, (passkey,)))
    return passkey


@pytest.fixture
def store(services: Services) -> DynamoFactorStore:
    return services.factor_store


@pytest.fixture
def check(services: Services) -> PasskeyCheck:
    return services.passkey_check


def answer(device: Device, ticket: str = TICKET, handle: bytes | None = b"ada") -> dict[str, str]:
    given = device.answer({"rpId": "example.org", "allowCredentials": [],
                           "challenge": encoded(challenge_of(ticket))})
    said = {"id": given["id"], **given["response"]}
    del said["userHandle"]
    return said | ({} if handle is None else {"userHandle": encoded(handle)})


def nobody_minds(_passkey: Passkey) -> None:
    return


def test_the_passkey_is_returned_as_it_is_kept(
        check: PasskeyCheck, passkey: Passkey, device: Device, store: DynamoFactorStore,
        clock: Clock) -> None:
    clock.advance(60)

    used = check.spend(SIGN_IN, TICKET, answer(device), nobody_minds)

    assert used == replace(passkey, counter=1, last_used_at=NOW + 60,
                           tickets=(f"c-1.{NOW + LIFETIME_SECONDS}",))
    assert store.find_passkey("ada", passkey.credential_id) == used


@pytest.mark.parametrize("handle", [b"ada", None])
def test_whose_it_is_may_be_known(check: PasskeyCheck, passkey: Passkey, device: Device,
                                  handle: bytes | None) -> None:
    assert check.spend(ADAS, TICKET, answer(device, handle=handle), nobody_minds).counter == 1


@pytest.mark.parametrize(("ceremony", "handle", "flaw", "is_told"), [
    (SIGN_IN, None, Flaw.UNKNOWN, False), (SIGN_IN, b"", Flaw.UNKNOWN, False),
    (SIGN_IN, b"bob", Flaw.UNKNOWN, False), (SIGN_IN, b"\xff", Flaw.UNKNOWN, False),
    (ADAS, b"bob", Flaw.OF_ANOTHER, False), (ADAS, b"\xff", Flaw.OF_ANOTHER, False),
    (replace(ADAS, user_id="bob"), b"bob", Flaw.UNKNOWN, True),
    (replace(ADAS, user_id="bob"), None, Flaw.UNKNOWN, False),
    (replace(ADAS, user_id="bob"), b"ada", Flaw.OF_ANOTHER, False)])
def test_a_passkey_of_nobody_or_of_another_is_refused(
        check: PasskeyCheck, passkey: Passkey, device: Device, ceremony: Ceremony,
        handle: bytes | None, flaw: Flaw, is_told: bool) -> None:
    """And its device is told to forget it only if it says that its user is one of ours."""
    with pytest.raises(InvalidPasskey) as refusal:
        check.spend(ceremony, TICKET, answer(device, handle=handle), nobody_minds)

    assert refusal.value.flaw is flaw
    assert isinstance(refusal.value, UnknownPasskey) is is_told
    assert refusal.value.about == ({"user_id": ceremony.user_id} if ceremony.user_id else {})


def test_a_wrong_answer_asks_nobody_and_spends_nothing(
        check: PasskeyCheck, passkey: Passkey, device: Device, store: DynamoFactorStore) -> None:
    asked = list[Passkey]()

    with pytest.raises(InvalidPasskey) as refusal:
        check.spend(SIGN_IN, TICKET, answer(device, "another.ticket"), asked.append)

    assert (refusal.value.flaw, refusal.value.about) == (Flaw.WRONG_CHALLENGE, {"user_id": "ada"})
    assert asked == [] and store.find_passkey("ada", passkey.credential_id) == passkey


def test_who_is_not_admitted_spends_nothing(
        check: PasskeyCheck, passkey: Passkey, device: Device, store: DynamoFactorStore) -> None:
    def refuse(seen: Passkey) -> None:
        assert seen == passkey
        raise AuthenticationError

    with pytest.raises(AuthenticationError):
        check.spend(SIGN_IN, TICKET, answer(device), refuse)

    assert store.find_passkey("ada", passkey.credential_id) == passkey


def test_a_ticket_is_answered_once(check: PasskeyCheck, passkey: Passkey, device: Device) -> None:
    check.spend(SIGN_IN, TICKET, answer(device), nobody_minds)

    with pytest.raises(InvalidTicket) as refusal:
        check.spend(SIGN_IN, TICKET, answer(device), nobody_minds)
    assert refusal.value.about == {"user_id": "ada"}


@pytest.mark.parametrize(("seen", "shown", "is_taken"), [
    (0, 0, True), (0, 1, True), (5, 6, True), (5, 2 ** 32 - 1, True), (5, 5, False),
    (5, 4, False), (5, 0, False), (1, 0, False)])
def test_a_counter_goes_on_or_was_never_there(
        check: PasskeyCheck, passkey: Passkey, device: Device, store: DynamoFactorStore,
        seen: int, shown: int, is_taken: bool) -> None:
    if seen:
        store.use_passkey(passkey, replace(passkey, counter=seen, tickets=(f"c-0.{NOW}",)))
    device.counts, device.keys[0].counter = False, shown

    if is_taken:
        assert check.spend(SIGN_IN, TICKET, answer(device), nobody_minds).counter == shown
    else:
        with pytest.raises(InvalidPasskey) as refusal:
            check.spend(SIGN_IN, TICKET, answer(device), nobody_minds)
        assert refusal.value.flaw is Flaw.COUNTER_WENT_BACK


def test_a_passkey_remembers_twenty_tickets_that_have_not_expired(
        check: PasskeyCheck, passkey: Passkey, device: Device, clock: Clock,
        store: DynamoFactorStore) -> None:
    def spend(number: int) -> Passkey:
        ceremony = replace(SIGN_IN, ceremony_id=f"c-{number}",
                           expires_at=clock.now + LIFETIME_SECONDS)
        return check.spend(ceremony, TICKET, answer(device), nobody_minds)

    for number in range(MOST_TICKETS - 1):
        spend(number)
    clock.advance(LIFETIME_SECONDS - 1)
    assert len(spend(19).tickets) == 20
    with pytest.raises(TooManyRequests) as refusal:
        spend(20)
    assert refusal.value.retry_after_seconds == 60
    clock.advance(1)

    kept = store.find_passkey("ada", spend(20).credential_id)
    assert kept is not None
    assert [ticket.partition(".")[0] for ticket in kept.tickets] == ["c-19", "c-20"]


def during(check: PasskeyCheck, device: Device, number: int) -> Callable[[], object]:
    """Return what another request does: it uses the passkey, which counts nothing."""
    ceremony = replace(SIGN_IN, ceremony_id=f"other-{number}")
    return lambda: check.spend(ceremony, TICKET, answer(device), nobody_minds)


def test_a_use_that_comes_second_is_tried_on_what_is_there_then(
        check: PasskeyCheck, passkey: Passkey, device: Device, wire: Wire) -> None:
    device.counts = False
    wire.before("UpdateItem", during(check, device, 1))

    used = check.spend(SIGN_IN, TICKET, answer(device), nobody_minds)

    assert [ticket.partition(".")[0] for ticket in used.tickets] == ["other-1", "c-1"]


def test_of_two_copies_at_once_one_goes_on(
        check: PasskeyCheck, passkey: Passkey, device: Device, wire: Wire) -> None:
    wire.before("UpdateItem", during(check, device.copy(), 1))

    with pytest.raises(InvalidPasskey) as refusal:
        check.spend(SIGN_IN, TICKET, answer(device), nobody_minds)
    assert refusal.value.flaw is Flaw.COUNTER_WENT_BACK


def test_a_use_that_always_comes_second_ends(
        check: PasskeyCheck, passkey: Passkey, device: Device, wire: Wire) -> None:
    device.counts = False
    given = answer(device)
    for number in range(MAX_LOOKS):
        # Between them, the write of the other one.
        wire.before("UpdateItem", during(check, device, number), lambda: None)

    with pytest.raises(Unavailable):
        check.spend(SIGN_IN, TICKET, given, nobody_minds)


@pytest.mark.parametrize("becomes", ["gone", "another"])
def test_one_that_is_replaced_meanwhile_is_not_known(
        check: PasskeyCheck, passkey: Passkey, device: Device, wire: Wire, cloud: Cloud,
        becomes: str) -> None:
    """An id may come again, with another key."""
    def replace_it() -> None:
        if becomes == "gone":
            cloud.drop("factors")
        else:
            cloud.change("factors", public_key="another-key")

    wire.before("UpdateItem", replace_it)

    with pytest.raises(UnknownPasskey) as refusal:
        check.spend(SIGN_IN, TICKET, answer(device), nobody_minds)
    assert refusal.value.about == {"user_id": "ada"}


def test_it_is_confirmed_while_it_is_there(check: PasskeyCheck, passkey: Passkey, device: Device,
                                           cloud: Cloud) -> None:
    used = check.spend(SIGN_IN, TICKET, answer(device), nobody_minds)
    assert check.confirm(passkey) == used
    cloud.drop("factors")

    with pytest.raises(UnknownPasskey):
        check.confirm(used)


def test_a_stage_without_passkeys_takes_none(services: Services, passkey: Passkey, device: Device,
                                             clock: Clock) -> None:
    check = PasskeyCheck(None, services.factor_store, services.user_store, clock)

    with pytest.raises(PasskeysNotConfigured):
        check.spend(SIGN_IN, TICKET, answer(device), nobody_minds)
