"""Somebody else sees codes, makes people's browsers send others, or has been an application once.

A code, the state and the challenge pass through addresses, which end up in histories, logs and the
hands of other apps. What never passes through one is the verifier.
"""

from functools import partial
from itertools import product

import pytest

from shared.clients import ACCOUNT_PAGES
from shared.wiring.services import Services
from tests.dynamodb_local.handlers_alone import HandlersAlone, claims
from tests.support.account_owner import CHALLENGE, REDIRECT_URI, VERIFIER, Owner
from tests.support.application import CLIENT_ID, Answer, Pair
from tests.support.clock import Clock
from tests.support.cloud import Cloud
from tests.support.interleaving import Program, every_order
from tests.support.possession import Prover

OTHER_APP, ELSEWHERE = "other-app", "https://evil.example/callback"
REFUSED = (401, "invalid_authorization_code")


@pytest.fixture
def shop(services: Services) -> Owner:
    """An application that people come to through the account pages; Ada has signed up."""
    shop = Owner(services)
    services.client_store.set_redirect_uris(CLIENT_ID, (REDIRECT_URI,))
    assert shop.sign_up().status == 201
    return shop


@pytest.fixture
def pages(shop: Owner) -> Owner:
    return Owner(shop.services, ACCOUNT_PAGES, Prover())


@pytest.fixture
def ada(pages: Owner, clock: Clock) -> Pair:
    """She is signed in to the account pages."""
    pair = pages.sign_in().pair
    clock.advance(60)
    return pair


@pytest.fixture
def code(pages: Owner, ada: Pair) -> str:
    return str(pages.authorization_code(ada.access_token).body["code"])


@pytest.fixture
def rogue(shop: Owner) -> Owner:
    """An application of the same stage that has turned bad, and has registered the same address."""
    rogue = Owner(shop.services, OTHER_APP, Prover())
    shop.services.client_store.set_redirect_uris(OTHER_APP, (REDIRECT_URI, ELSEWHERE))
    return rogue


def sessions(cloud: Cloud) -> set[str]:
    """Return the sessions of all applications but the account pages."""
    return {item["SessionId"] for item in cloud.items("sessions")
            if item["client_id"] != ACCOUNT_PAGES}


def test_whoever_knows_all_that_is_in_addresses_neither_gets_in_nor_keeps_others_out(
        shop: Owner, pages: Owner, rogue: Owner, code: str, cloud: Cloud) -> None:
    """Before the owner of the code has used it, and after."""
    bound = Owner(shop.services, prover=Prover())
    guesses = [CHALLENGE, code, code[::-1], VERIFIER.swapcase(), VERIFIER[:-1] + "A",
               VERIFIER + "A", "A" * 43, "~" * 128]
    tries = [partial(thief.code_session, code, verifier, redirect_uri)
             for thief, verifier, redirect_uri in product(
                 (shop, bound, rogue, pages), guesses, (REDIRECT_URI, ELSEWHERE))]
    # With the verifier, at another place than the code was made for.
    tries += [partial(rogue.code_session, code), partial(pages.code_session, code),
              partial(rogue.code_session, code, redirect_uri=ELSEWHERE),
              partial(shop.code_session, code, redirect_uri=ELSEWHERE)]

    assert {attempt().outcome for attempt in tries} == {REFUSED}
    assert sessions(cloud) == set()
    opened = shop.code_session(code)
    assert opened.status == 201
    assert {attempt().outcome for attempt in tries} == {REFUSED}
    assert sessions(cloud) == {claims(opened.pair.access_token)["sid"]}


def test_nobody_is_signed_in_to_the_account_of_whoever_makes_them_follow_a_link(
        shop: Owner, pages: Owner, cloud: Cloud) -> None:
    """Eve has a code of her own, and has the browser of somebody send it who has begun to sign in.
    That browser's verifier is another one."""
    shop.sign_up("eve@example.org")
    eves = pages.sign_in("eve@example.org").pair
    code = pages.authorization_code(eves.access_token, challenge="e" * 43).body["code"]

    assert shop.code_session(code).outcome == REFUSED
    assert sessions(cloud) == set()


def test_a_challenge_is_never_taken_for_the_verifier_itself(shop: Owner, pages: Owner, ada: Pair
                                                            ) -> None:
    """As it would be by the method `plain` of RFC 7636."""
    code = pages.authorization_code(ada.access_token, challenge=VERIFIER).body["code"]

    assert shop.code_session(code, VERIFIER).outcome == REFUSED


def test_an_application_that_leads_to_the_pages_in_anothers_name_gets_nothing_to_its_own_address(
        pages: Owner, ada: Pair) -> None:
    for client_id, redirect_uri in ((CLIENT_ID, ELSEWHERE), (ACCOUNT_PAGES, ELSEWHERE)):
        answer = pages.authorization_code(ada.access_token, client_id, redirect_uri)
        assert answer.outcome == (400, "invalid_redirect_uri")


def test_an_application_that_was_disabled_while_somebody_was_away_gets_no_code(
        pages: Owner, rogue: Owner, ada: Pair) -> None:
    rogue.services.client_store.set_enabled(OTHER_APP, False)

    answer = pages.authorization_code(ada.access_token, OTHER_APP, ELSEWHERE)

    assert answer.outcome == (400, "invalid_redirect_uri")


def test_no_copy_of_a_token_gets_a_code(shop: Owner, pages: Owner, rogue: Owner, ada: Pair) -> None:
    """Neither of the pages, without their key, nor of another application, with its own; nor of a
    session of the pages that is bound to none."""
    thief, bearer = Owner(shop.services, ACCOUNT_PAGES, Prover()), Owner(shop.services,
                                                                         ACCOUNT_PAGES)
    for copier in (thief, bearer):
        with pytest.raises(Exception, match="Unauthorized"):
            copier.authorization_code(ada.access_token)
    own = rogue.sign_in().pair
    assert rogue.authorization_code(own.access_token).outcome == (401, "unauthorized")
    unbound = bearer.sign_in().pair
    assert bearer.authorization_code(unbound.access_token).outcome == (401, "invalid_dpop_proof")


def test_in_no_order_do_two_who_send_one_code_get_two_sessions(
        shop: Owner, code: str, cloud: Cloud, clock: Clock) -> None:
    before = {table: cloud.items(table) for table in ("attempts", "sessions")}
    answers: list[Answer] = []

    def send(app: HandlersAlone) -> None:
        answers.append(app.code_session(code))

    def arrange() -> list[Program]:
        for table, items in before.items():
            cloud.fill(table, items)
        answers.clear()
        apps = [HandlersAlone(cloud.services(clock)) for _ in range(2)]
        return [partial(send, app) for app in apps]

    for turns in every_order(cloud.dynamodb, arrange, most_switches=2):
        assert [turn.error for turn in turns] == [None, None]
        [opened] = [answer for answer in answers if answer.status == 201]
        [refused] = [answer for answer in answers if answer is not opened]
        assert refused.outcome == REFUSED
        assert sessions(cloud) == {claims(opened.pair.access_token)["sid"]}


def test_a_code_is_of_no_use_once_it_is_too_old_or_its_session_is_gone(
        shop: Owner, pages: Owner, ada: Pair, code: str, clock: Clock, cloud: Cloud) -> None:
    """Also to whoever has the verifier, such as a copy of the tab."""
    later = str(pages.authorization_code(ada.access_token).body["code"])
    assert pages.sign_out(ada.access_token).status == 200
    assert shop.code_session(later).outcome == REFUSED
    clock.advance(60)

    assert shop.code_session(code).outcome == REFUSED
    assert sessions(cloud) == set()
