"""Races of a change of the address on the real engine, each caller with services of its own."""

from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial

import pytest

from shared.tokens.mail_tokens import MailClaims, Purpose
from tests.dynamodb_local.crowd import at_once
from tests.dynamodb_local.handlers_alone import HandlersAlone, claims
from tests.dynamodb_local.stage import LocalStage
from tests.support.account_owner import NEW_EMAIL, NEW_PASSWORD
from tests.support.application import EMAIL, Answer, Pair
from tests.support.clock import Clock
from tests.support.mail import MAIL, Courier

ROUNDS = 8
Tab = Callable[[], HandlersAlone]
Job = Callable[[], Answer]


@pytest.fixture
def tab(cloud: LocalStage, clock: Clock) -> Tab:
    """Returns the application on services that nobody else uses, of a stage that sends mail."""
    def made() -> HandlersAlone:
        services = cloud.services(clock, **MAIL)
        courier = Courier(services)
        courier.waits = True
        services.errand_queue = courier
        return HandlersAlone(services)

    return made


def sign_in_afresh(tab: Tab, email: str) -> Pair:
    assert tab().sign_up(email).status == 201
    return tab().sign_in(email).pair


def confirmation(tab: Tab, pair: Pair, email: str) -> Job:
    """Return the request of a tab that follows the link to this address."""
    app = tab()
    link = app.services.mail_tokens.mint(
        MailClaims(claims(pair.access_token)["sub"], 0, email), Purpose.CHANGE_EMAIL)
    return partial(app.confirm_email, link, pair.access_token)


def together(first: Job, others: Iterable[Job]) -> tuple[Answer, list[Answer]]:
    """Return the answers to requests that are sent at once."""
    answer, *rest = at_once([first, *others])
    return answer, rest


def outcomes(answers: list[Answer]) -> Counter[int]:
    return Counter(answer.status for answer in answers)


def holders(cloud: LocalStage) -> dict[str, str]:
    """Return whose each address is; accounts and identities must say the same."""
    by_identity = {item["Identity"].removeprefix("email#"): item["user_id"]
                   for item in cloud.items("identities")}
    assert by_identity == {item["email"]: item["UserId"] for item in cloud.items("users")}
    return by_identity


def sessions_of(cloud: LocalStage, pair: Pair) -> set[str]:
    user_id = claims(pair.access_token)["sub"]
    return {item["SessionId"] for item in cloud.items("sessions") if item["UserId"] == user_id}


def session_id(pair: Pair) -> str:
    return str(claims(pair.access_token)["sid"])


def user_id(pair: Pair) -> str:
    return str(claims(pair.access_token)["sub"])


def test_an_address_that_others_sign_up_with_has_one_account(cloud: LocalStage, tab: Tab) -> None:
    for number in range(ROUNDS):
        old, new = f"old{number}@example.org", f"new{number}@example.org"
        pair = sign_in_afresh(tab, old)

        changed, others = together(confirmation(tab, pair, new),
                                   [partial(tab().sign_up, new) for _ in range(7)])

        assert changed.status in (200, 409)
        assert outcomes(others)[201] == (changed.status == 409)
        assert outcomes(others)[201] + outcomes(others)[409] == 7
        held = holders(cloud)
        assert held[new if changed.status == 200 else old] == user_id(pair)
        assert (old in held) is (changed.status == 409)


def test_an_address_that_many_accounts_change_to_has_one(cloud: LocalStage, tab: Tab) -> None:
    pairs = [sign_in_afresh(tab, f"reader{number}@example.org") for number in range(8)]

    answers = at_once([confirmation(tab, pair, NEW_EMAIL) for pair in pairs])

    assert outcomes(answers) == {200: 1, 409: 7}
    [winner] = [pair for pair, answer in zip(pairs, answers, strict=True) if answer.status == 200]
    assert holders(cloud)[NEW_EMAIL] == user_id(winner)
    assert len(holders(cloud)) == 8


def test_no_sign_in_by_the_former_address_survives_the_change(cloud: LocalStage, tab: Tab
                                                              ) -> None:
    for number in range(ROUNDS):
        old, new = f"old{number}@example.org", f"new{number}@example.org"
        pair = sign_in_afresh(tab, old)

        changed, opened = together(confirmation(tab, pair, new),
                                   [partial(tab().sign_in, old) for _ in range(7)])

        assert changed.status == 200
        assert set(outcomes(opened)) <= {201, 401, 429}
        assert sessions_of(cloud, pair) == {session_id(pair)}


def test_a_password_that_changes_meanwhile_leaves_one_truth(cloud: LocalStage, tab: Tab) -> None:
    """Each may be first, and neither undoes the other."""
    for number in range(ROUNDS):
        old, new = f"old{number}@example.org", f"new{number}@example.org"
        pair = sign_in_afresh(tab, old)
        others = [tab().sign_in(old).pair for _ in range(6)]

        changed, passwords = together(confirmation(tab, pair, new), [
            partial(tab().change_password, other.access_token) for other in others])

        assert changed.status in (200, 400, 401)
        name = new if new in holders(cloud) else old
        kept = {session_id(answer.pair) for answer in [changed, *passwords]
                if answer.status == 200}
        assert sessions_of(cloud, pair) <= kept | {session_id(pair)}
        is_new = tab().sign_in(name, NEW_PASSWORD).status == 201
        assert is_new or tab().sign_in(name).status == 201
        assert is_new or 200 not in outcomes(passwords)


def test_an_account_that_leaves_meanwhile_is_gone_or_whole(cloud: LocalStage, tab: Tab) -> None:
    for number in range(ROUNDS):
        old, new = f"old{number}@example.org", f"new{number}@example.org"
        pair = sign_in_afresh(tab, old)

        changed, left = together(confirmation(tab, pair, new), [
            partial(tab().leave, pair.access_token) for _ in range(7)])

        held = holders(cloud)
        is_gone = user_id(pair) not in held.values()
        assert is_gone or changed.status == 200
        assert is_gone is (200 in outcomes(left))
        assert sessions_of(cloud, pair) == (set() if is_gone else {session_id(pair)})


def test_of_many_changes_of_one_account_one_is_made(cloud: LocalStage, tab: Tab) -> None:
    pair = sign_in_afresh(tab, EMAIL)
    addresses = [f"ada{number}@example.org" for number in range(8)]

    answers = at_once([confirmation(tab, pair, address) for address in addresses])

    assert outcomes(answers) == {200: 1, 400: 7}
    [made] = [address for address, answer in zip(addresses, answers, strict=True)
              if answer.status == 200]
    assert holders(cloud) == {made: user_id(pair)}
    assert sessions_of(cloud, pair) == {session_id(pair)}


def test_a_link_that_is_followed_many_times_at_once_works(cloud: LocalStage, tab: Tab) -> None:
    pair = sign_in_afresh(tab, EMAIL)

    answers = at_once([confirmation(tab, pair, NEW_EMAIL) for _ in range(8)])

    assert outcomes(answers) == {200: 8}
    assert holders(cloud) == {NEW_EMAIL: user_id(pair)}
    assert sessions_of(cloud, pair) == {session_id(pair)}
