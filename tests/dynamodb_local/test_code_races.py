"""Codes of the account pages on the real engine: many at once, and in every order beside what ends
the session that they come from."""

from collections.abc import Callable
from functools import partial

import pytest

from scripts.operating.blocking import Blocking
from shared.clients import ACCOUNT_PAGES
from shared.tokens.mail_tokens import MailClaims, Purpose
from tests.dynamodb_local.handlers_alone import HandlersAlone, claims
from tests.dynamodb_local.stage import LocalStage
from tests.dynamodb_local.test_passkey_orders import every_outcome
from tests.dynamodb_local.test_passkey_races import empty, opened, outcomes, session_ids, together
from tests.support.account_owner import REDIRECT_URI
from tests.support.application import CLIENT_ID, Answer, Pair
from tests.support.authenticator import Device
from tests.support.clock import Clock
from tests.support.mail import MAIL, Courier, Outbox, with_mail
from tests.support.possession import Prover

ROUNDS, CROWD = 3, 24
REFUSED = (401, "invalid_authorization_code")


class Ada:
    """She is signed in to the account pages, and has had a code from there."""

    def __init__(self, cloud: LocalStage, clock: Clock) -> None:
        self.cloud, self.clock, self.prover = cloud, clock, Prover()
        assert self.pages().sign_up().status == 201
        self.app().services.client_store.set_redirect_uris(CLIENT_ID, (REDIRECT_URI,))
        clock.advance(1)
        self.pair = self.pages().sign_in().pair
        self.user_id, self.own = (claims(self.pair.access_token)[name] for name in ("sub", "sid"))
        self.code = self.new_code()

    def app(self) -> HandlersAlone:
        """Return the application, on services that nobody else uses, and whose mail waits."""
        services = with_mail(self.cloud.services(self.clock, **MAIL), Outbox())
        assert isinstance(services.errand_queue, Courier)
        services.errand_queue.waits = True
        return HandlersAlone(services)

    def pages(self) -> HandlersAlone:
        return HandlersAlone(self.app().services, ACCOUNT_PAGES, self.prover)

    def new_code(self) -> str:
        answer = self.pages().authorization_code(self.pair.access_token)
        assert answer.status == 201
        return str(answer.body["code"])

    def elsewhere(self) -> Pair:
        """She signs in to the application as well."""
        return self.app().sign_in().pair

    def link(self) -> str:
        return self.app().services.mail_tokens.mint(MailClaims(self.user_id, 0),
                                                    Purpose.RESET_PASSWORD)

    def operators(self) -> Blocking:
        services = self.app().services
        return Blocking(services.user_store, services.session_store, services.lifetimes,
                        services.now)


@pytest.fixture
def ada(cloud: LocalStage, clock: Clock) -> Ada:
    return Ada(cloud, clock)


def test_of_many_who_send_a_code_at_once_one_is_signed_in(cloud: LocalStage, clock: Clock) -> None:
    for _ in range(ROUNDS):
        empty(cloud)
        ada = Ada(cloud, clock)

        answers = together(*(partial(ada.app().code_session, ada.code) for _ in range(CROWD)))

        assert outcomes(answers) == {(201, ""): 1, REFUSED: CROWD - 1}
        assert session_ids(cloud) == opened(answers) | {ada.own}


def test_nobody_who_has_copied_a_code_spends_it_for_its_owner(ada: Ada, cloud: LocalStage) -> None:
    thief = HandlersAlone(ada.app().services, "other-app")
    wrong = [partial(ada.app().code_session, ada.code, "x" * 43),
             partial(ada.app().code_session, ada.code, redirect_uri="https://evil.example/"),
             partial(thief.code_session, ada.code)]

    answers = together(*wrong * 8, partial(ada.app().code_session, ada.code))

    assert outcomes(answers[:-1]) == {REFUSED: 24} and answers[-1].status == 201


def change_password(ada: Ada) -> Answer:
    return ada.pages().change_password(ada.pair.access_token)


def leave(ada: Ada) -> Answer:
    return ada.pages().leave(ada.pair.access_token)


def end_all(ada: Ada) -> Answer:
    return ada.pages().end_sessions(ada.pair.access_token, include="current")


def of_tokens(answer: Answer) -> set[str]:
    """Return the session whose tokens were answered, if any were."""
    return ({claims(answer.pair.access_token)["sid"]} if "access_token" in answer.body else set())


Arrange = Callable[[Ada], Callable[[], Answer]]


def ending_others(ada: Ada) -> Callable[[], Answer]:
    return partial(ada.app().end_sessions, ada.elsewhere().access_token)


def resetting(ada: Ada) -> Callable[[], Answer]:
    return partial(ada.app().reset_password, ada.link())


def by_operators(act: Callable[[Blocking, str], object]) -> Arrange:
    def arrange(ada: Ada) -> Callable[[], Answer]:
        operators = ada.operators()

        def run() -> Answer:
            act(operators, ada.user_id)
            return Answer(200, {}, "{}")

        return run

    return arrange


def adding_a_passkey_elsewhere(ada: Ada) -> Callable[[], Answer]:
    """With the first factor, all other sessions end."""
    pair, app = ada.elsewhere(), ada.app()
    begun = app.begin_passkey(pair.access_token).body
    credential = Device().make(begun["public_key"])
    return partial(app.create_passkey, pair.access_token, begun["ticket"], credential)


ENDS: dict[str, Arrange] = {
    "the password changes": lambda ada: partial(change_password, ada),
    "the account is deleted": lambda ada: partial(leave, ada),
    "all sessions end": lambda ada: partial(end_all, ada),
    "all others end": ending_others, "the password is reset": resetting,
    "operators end all": by_operators(Blocking.end_sessions),
    "operators block the account": by_operators(Blocking.block),
    "the first factor is added elsewhere": adding_a_passkey_elsewhere}


@pytest.mark.parametrize("end", ENDS)
def test_in_no_order_is_a_session_left_that_comes_from_one_that_was_ended_as(
        end: str, ada: Ada, cloud: LocalStage) -> None:
    """Whoever was answered with tokens finds that they are of no use any more."""
    ending = ENDS[end](ada)
    before = session_ids(cloud) - {ada.own}
    signing_in, met = partial(ada.app().code_session, ada.code), set()

    for (signed, ended), _ in every_outcome(cloud, signing_in, ending):
        met.add(signed.status)
        assert ended.status in (200, 201)
        assert ada.own not in session_ids(cloud)
        assert session_ids(cloud) <= before | of_tokens(ended)

    assert {201, 401} <= met <= {201, 401, 503}


@pytest.mark.parametrize("seconds", [0, 1])
@pytest.mark.parametrize("end", ["the password changes", "all sessions end"])
def test_nor_one_whose_code_was_asked_for_meanwhile(
        end: str, seconds: int, ada: Ada, cloud: LocalStage) -> None:
    """The session that asks for its own end goes last, so many seconds after it began."""
    ending = ENDS[end](ada)
    app, pages = ada.app(), ada.pages()
    ada.clock.advance(seconds)

    def sign_in() -> Answer:
        answer = pages.authorization_code(ada.pair.access_token)
        return app.code_session(answer.body["code"]) if answer.status == 201 else answer

    met = set()
    for (signed, ended), _ in every_outcome(cloud, sign_in, ending):
        met.add(signed.status)
        assert ended.status == 200
        assert session_ids(cloud) == of_tokens(ended)

    assert met == {201, 401}
