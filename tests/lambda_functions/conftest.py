"""Fixtures of the routes that come after sign-up and sign-in."""

from typing import Any

import pytest

from shared.clients import ACCOUNT_PAGES
from shared.wiring.services import Services
from tests.support.account_owner import REDIRECT_URI, Owner
from tests.support.application import CLIENT_ID, Answer, Pair
from tests.support.authenticator import Device
from tests.support.clock import Clock
from tests.support.cloud import Cloud
from tests.support.mail import MAIL, Courier, Outbox, with_mail
from tests.support.possession import Prover
from tests.support.second_factors import Enrolled, FactorOwner
from tests.support.wire import Wire

BOB = "bob@byron.example.org"


@pytest.fixture
def outbox() -> Outbox:
    return Outbox()


@pytest.fixture
def mailing(cloud: Cloud, clock: Clock, outbox: Outbox) -> Services:
    """Services of a stage that sends mail."""
    return with_mail(cloud.services(clock, **MAIL), outbox)


@pytest.fixture
def courier(mailing: Services) -> Courier:
    """The queue of the errands of `mailing`."""
    queue = mailing.errand_queue
    assert isinstance(queue, Courier)
    return queue


@pytest.fixture
def owner(mailing: Services) -> Owner:
    """Ada has signed up; she is not signed in."""
    owner = Owner(mailing)
    assert owner.sign_up().status == 201
    return owner


@pytest.fixture
def phone(owner: Owner) -> Pair:
    """Ada has signed in on her phone: its tokens."""
    return owner.sign_in().pair


@pytest.fixture
def laptop(owner: Owner, phone: Pair, clock: Clock) -> Pair:
    """A minute later she has signed in on her laptop too: its tokens."""
    clock.advance(60)
    return owner.sign_in().pair


@pytest.fixture
def careful(mailing: Services) -> FactorOwner:
    """Ada has signed up; she is not signed in, and has no second factor yet."""
    owner = FactorOwner(mailing)
    assert owner.sign_up().status == 201
    return owner


@pytest.fixture
def signed_in(careful: FactorOwner) -> Pair:
    """She has signed in: the tokens."""
    return careful.sign_in().pair


@pytest.fixture
def enrolled(careful: FactorOwner, signed_in: Pair, clock: Clock) -> Enrolled:
    """She has turned an app on in that session, a minute ago."""
    enrolled = careful.enrol(signed_in.access_token)
    clock.advance(60)
    return enrolled


@pytest.fixture
def between(owner: Owner) -> Pair:
    """Ada has three sessions: the tokens of the one whose id is between those of the others."""
    pairs = [owner.sign_in().pair for _ in range(3)]
    return sorted(pairs, key=lambda pair: session_id(owner, pair))[1]


@pytest.fixture
def left_after_each_deletion(wire: Wire, cloud: Cloud) -> list[list[str]]:
    """The ids of the sessions that there still were, after each deletion."""
    left: list[list[str]] = []

    def look() -> None:
        left.append([session["SessionId"] for session in cloud.items("sessions")])

    for operation in ("BatchWriteItem", "DeleteItem"):
        wire.after(operation, *[look] * 9)
    return left


@pytest.fixture
def strict(cloud: Cloud, clock: Clock, outbox: Outbox) -> Owner:
    """An application of a stage that requires a verified address; nobody has signed up."""
    services = cloud.services(clock, require_verified_email=True, **MAIL)
    return Owner(with_mail(services, outbox))


@pytest.fixture
def device() -> Device:
    """A device of Ada's, on which she has no passkey yet."""
    return Device()


@pytest.fixture
def passkey(owner: Owner, phone: Pair, device: Device, clock: Clock) -> dict[str, Any]:
    """In the session of her phone she has made a passkey on that device, a minute ago: what she was
    answered."""
    answer = owner.add_passkey(phone.access_token, device)
    assert answer.status == 201
    clock.advance(60)
    return answer.body


@pytest.fixture
def bobs(owner: Owner) -> Device:
    """Bob's device; he has signed up in the same application, and has a passkey too."""
    assert owner.sign_up(BOB).status == 201
    bobs = Device()
    assert owner.add_passkey(owner.sign_in(BOB).pair.access_token, bobs).status == 201
    return bobs


@pytest.fixture
def moved(cloud: Cloud, clock: Clock, outbox: Outbox, owner: Owner) -> Owner:
    """The application of Ada and Bob, on its stage after that has moved to example.net."""
    services = with_mail(cloud.services(clock, passkey_rp_id="example.net",
                                        passkey_origins=("https://app.example.net",), **MAIL),
                         outbox)
    return Owner(services)


@pytest.fixture
def by_link(strict: Owner, outbox: Outbox, device: Device, clock: Clock) -> Answer:
    """On a stage that requires a verified address, Ada has signed up with a passkey and without a
    password, a minute ago: what she was answered."""
    assert strict.ask_to_sign_up().status == 202
    answer = strict.sign_up_by(device, outbox.last_token)
    assert answer.status == 201
    clock.advance(60)
    return answer


@pytest.fixture
def pages(owner: Owner) -> Owner:
    """The account pages, to which the application of `owner` may send people."""
    owner.services.client_store.set_redirect_uris(CLIENT_ID, (REDIRECT_URI,))
    return Owner(owner.services, ACCOUNT_PAGES, Prover())


@pytest.fixture
def at_pages(pages: Owner, clock: Clock) -> Pair:
    """Ada has signed in to the account pages, a minute ago: the tokens that they hold."""
    pair = pages.sign_in().pair
    clock.advance(60)
    return pair


@pytest.fixture
def code(pages: Owner, at_pages: Pair) -> str:
    """What the pages send her back with."""
    answer = pages.authorization_code(at_pages.access_token)
    assert answer.status == 201
    return str(answer.body["code"])


def session_id(owner: Owner, pair: Pair) -> str:
    return str(owner.authorize(pair.access_token)["context"]["session_id"])
