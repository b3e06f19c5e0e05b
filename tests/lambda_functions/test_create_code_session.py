"""POST /session/authorization-code: signs in with a code of the account pages."""

from collections.abc import Callable
from typing import Any

import pytest

from lambda_functions import create_code_session
from scripts.operating.blocking import Blocking
from scripts.operating.factor_reset import FactorReset
from shared.clients import ACCOUNT_PAGES
from tests.dynamodb_local.handlers_alone import claims
from tests.support.account_owner import REDIRECT_URI, VERIFIER, Owner
from tests.support.application import CLIENT_ID, PASSWORD, Answer, Pair, send
from tests.support.authenticator import Device
from tests.support.clock import NOW, Clock
from tests.support.cloud import SETTINGS, Cloud
from tests.support.events import proxy_event
from tests.support.heavy import BODIES, SDK, TOKENS
from tests.support.mail import Outbox
from tests.support.possession import Prover
from tests.support.wire import Wire, break_off

LOADS = SDK | TOKENS | BODIES
OTHER_VERIFIER = VERIFIER[:-1] + "l"
REFUSED = (401, "invalid_authorization_code")
DAY = 86_400


def sessions_of(cloud: Cloud, client_id: str = CLIENT_ID) -> list[dict[str, Any]]:
    return [item for item in cloud.items("sessions") if item["client_id"] == client_id]


def test_a_code_signs_in(owner: Owner, code: str, cloud: Cloud) -> None:
    answer = owner.code_session(code)

    context = owner.authorize(answer.pair.access_token)["context"]
    assert answer.status == 201
    assert answer.body.keys() == {"access_token", "refresh_token", "access_token_expires_in",
                                  "refresh_token_expires_in", "token_type", "device_token"}
    assert (context["client_id"], context["user_id"]) == (CLIENT_ID,
                                                          cloud.item("users")["UserId"])


def test_the_session_says_what_was_shown_to_the_pages_and_when(
        owner: Owner, pages: Owner, at_pages: Pair, clock: Clock, cloud: Cloud) -> None:
    """So an application cannot take a sign-in of this morning for one of now."""
    pages.enrol(at_pages.access_token)
    clock.advance(500)
    code = pages.authorization_code(at_pages.access_token).body["code"]

    pair = owner.code_session(code).pair

    context = owner.authorize(pair.access_token)["context"]
    assert (context["amr"], context["acr"], context["auth_time"]) == ("pwd otp", "aal2", NOW + 60)
    [session] = sessions_of(cloud)
    assert session["created_at"] == NOW + 560


def test_what_a_passkey_has_shown_counts_too(owner: Owner, pages: Owner, device: Device) -> None:
    pages.add_passkey(pages.sign_in().pair.access_token, device)
    pair = pages.sign_in_by(device).pair
    code = pages.authorization_code(pair.access_token).body["code"]

    context = owner.authorize(owner.code_session(code).pair.access_token)["context"]

    assert (context["amr"], context["acr"]) == ("hwk user", "aal2")


def test_the_session_of_the_pages_lives_on(owner: Owner, pages: Owner, at_pages: Pair, code: str
                                           ) -> None:
    owner.code_session(code)

    assert pages.session(at_pages.access_token).status == 200


def test_with_a_proof_it_is_bound_to_the_key_of_the_application(
        owner: Owner, code: str, cloud: Cloud) -> None:
    """And not to that of the pages."""
    bound = Owner(owner.services, prover=Prover())

    answer = bound.code_session(code)

    assert bound.prover
    assert answer.body["token_type"] == "DPoP"
    assert sessions_of(cloud)[0]["jkt"] == bound.prover.thumbprint
    assert bound.session(answer.pair.access_token).status == 200


def test_without_a_proof_it_is_a_bearers(owner: Owner, code: str) -> None:
    assert owner.code_session(code).body["token_type"] == "Bearer"


def test_an_application_that_must_prove_does_and_a_try_without_spends_nothing(
        owner: Owner, code: str) -> None:
    owner.principal["must_prove"] = 1
    assert owner.code_session(code).outcome == (401, "invalid_dpop_proof")

    owner.prover = Prover()

    assert owner.code_session(code).status == 201


def test_a_code_works_once(owner: Owner, code: str, cloud: Cloud) -> None:
    first = owner.code_session(code)

    assert owner.code_session(code).outcome == REFUSED
    assert owner.session(first.pair.access_token).status == 200
    assert len(sessions_of(cloud)) == 1


@pytest.mark.parametrize("wrong", ["verifier", "redirect_uri", "client"])
def test_whoever_has_copied_a_code_neither_uses_nor_spends_it(
        wrong: str, owner: Owner, code: str, cloud: Cloud) -> None:
    other = Owner(owner.services, "other-app")
    owner.services.client_store.set_redirect_uris("other-app", (REDIRECT_URI,))
    attempt: Callable[[], Answer] = {
        "verifier": lambda: owner.code_session(code, OTHER_VERIFIER),
        "redirect_uri": lambda: owner.code_session(code, redirect_uri=REDIRECT_URI + "/"),
        "client": lambda: other.code_session(code)}[wrong]

    assert [attempt().outcome for _ in range(3)] == [REFUSED] * 3
    assert sessions_of(cloud) == sessions_of(cloud, "other-app") == []
    assert owner.code_session(code).status == 201


def test_the_challenge_is_no_verifier(owner: Owner, pages: Owner, at_pages: Pair, code: str,
                                      cloud: Cloud) -> None:
    """It was in the address that led to the pages."""
    [item] = [item for item in cloud.items("attempts") if item["Subject"].startswith("code ")]

    assert owner.code_session(code, item["challenge"]).outcome == REFUSED


@pytest.mark.parametrize(("seconds", "outcome"), [(59, 201), (60, 401), (61, 401), (DAY, 401)])
def test_a_code_is_good_for_a_minute(seconds: int, outcome: int, owner: Owner, code: str,
                                     clock: Clock, cloud: Cloud) -> None:
    """However late TTL deletes it."""
    clock.advance(seconds)

    assert owner.code_session(code).status == outcome
    assert len(sessions_of(cloud)) == (outcome == 201)


@pytest.mark.parametrize("text", ["x", "x" * 42, "x" * 44, "x" * 42 + "=", "x" * 42 + "\n",
                                  "\u0435" * 43, "x" * 8000])
def test_a_malformed_code_never_reaches_the_store(text: str, owner: Owner, wire: Wire) -> None:
    wire.sent.clear()

    assert owner.code_session(text).outcome == REFUSED
    assert wire.sent_to_tables() == []


def test_an_unknown_code_costs_one_write_and_says_nothing(owner: Owner, code: str, wire: Wire
                                                          ) -> None:
    wire.sent.clear()

    answers = [owner.code_session("x" * 43), owner.code_session(code, OTHER_VERIFIER)]

    assert answers[0].text == answers[1].text and answers[0].outcome == REFUSED
    assert wire.sent_to_tables() == ["UpdateItem"] * 2


@pytest.mark.parametrize("body", [
    {"code_verifier": "x" * 42}, {"code_verifier": "x" * 129}, {"code_verifier": "x" * 42 + "+"},
    {"code_verifier": "x" * 42 + " "}, {"code_verifier": "\u00e9" * 43}, {"code_verifier": None},
    {"code": ""}, {"code": 7}, {"redirect_uri": ""}, {"client_id": CLIENT_ID}])
def test_a_body_is_read_strictly(body: dict[str, object], owner: Owner, code: str) -> None:
    right = {"code": code, "code_verifier": VERIFIER, "redirect_uri": REDIRECT_URI}
    event = proxy_event("POST", "/session/authorization-code", headers=owner.headers(),
                        principal=owner.principal, body=right | body)

    answer = send(create_code_session.handler, event, owner.services)

    assert answer.outcome == (400, "invalid_request")


@pytest.mark.parametrize("verifier", ["A" * 43, "-._~" * 32])
def test_a_verifier_has_43_to_128_characters(verifier: str, owner: Owner) -> None:
    """So it is asked for, and not found out by its form."""
    assert owner.code_session("x" * 43, verifier).outcome == REFUSED


def test_the_session_ends_no_later_than_that_of_the_pages(
        owner: Owner, pages: Owner, at_pages: Pair, clock: Clock, cloud: Cloud) -> None:
    pair = at_pages
    for _ in range(3):
        pages.authorize(pair.access_token)
        clock.advance(9 * DAY)
        pair = pages.refresh(pair).pair
    code = pages.authorization_code(pair.access_token).body["code"]

    answer = owner.code_session(code)

    end = NOW + SETTINGS.session_absolute_seconds
    assert sessions_of(cloud)[0]["ends_at"] == end
    assert claims(answer.pair.refresh_token)["end"] == end
    assert answer.body["refresh_token_expires_in"] == end - clock.now
    clock.now = end - 1
    assert owner.refresh(answer.pair).status == 200
    clock.now = end
    assert owner.refresh(answer.pair).outcome == (401, "session_ended")


# What ends the sessions of a person, or changes what they sign in with.
Change = Callable[["Story"], object]


class Story:
    """Ada, the pages on which she is signed in, and operators."""

    def __init__(self, pages: Owner, at_pages: Pair, cloud: Cloud, outbox: Outbox) -> None:
        self.pages, self.at_pages, self.cloud, self.outbox = pages, at_pages, cloud, outbox
        services = pages.services
        self.user_id = claims(at_pages.access_token)["sub"]
        self.blocking = Blocking(services.user_store, services.session_store, services.lifetimes,
                                 services.now)

    def change_address(self) -> None:
        self.pages.change_email(self.at_pages.access_token)
        answer = self.pages.confirm_email(self.outbox.last_token, self.at_pages.access_token)
        assert answer.status == 200

    def reset(self) -> None:
        self.pages.forget_password()
        assert self.pages.reset_password(self.outbox.last_token).status == 200

    def reset_factors(self) -> None:
        services = self.pages.services
        FactorReset(services.user_store, services.identity_store, services.factor_store,
                    self.blocking).reset(self.user_id)

    def end_from_elsewhere(self) -> None:
        elsewhere = self.pages.sign_in().pair
        assert self.pages.end_sessions(elsewhere.access_token).status == 200
        self.pages.sign_out(elsewhere.access_token)


CHANGES: dict[str, Change] = {
    "signs out of the pages": lambda ada: ada.pages.sign_out(ada.at_pages.access_token),
    "ends that session": lambda ada: ada.pages.end_session(
        ada.at_pages.access_token, claims(ada.at_pages.access_token)["sid"]),
    "signs out everywhere": lambda ada: ada.pages.end_sessions(
        ada.at_pages.access_token, include="current"),
    "ends the others from elsewhere": Story.end_from_elsewhere,
    "changes the password": lambda ada: ada.pages.change_password(ada.at_pages.access_token),
    "changes the address": Story.change_address,
    "resets the password": Story.reset,
    "turns an app on": lambda ada: ada.pages.enrol(ada.at_pages.access_token),
    "adds a passkey": lambda ada: ada.pages.add_passkey(ada.at_pages.access_token, Device()),
    "leaves": lambda ada: ada.pages.leave(ada.at_pages.access_token),
    "is signed out by operators": lambda ada: ada.blocking.end_sessions(ada.user_id),
    "is blocked": lambda ada: ada.blocking.block(ada.user_id),
    "was blocked for a moment": lambda ada: ada.blocking.unblock(
        ada.blocking.block(ada.user_id).account),
    "has lost her factors": Story.reset_factors}


@pytest.fixture
def story(pages: Owner, at_pages: Pair, cloud: Cloud, outbox: Outbox) -> Story:
    return Story(pages, at_pages, cloud, outbox)


@pytest.mark.parametrize("change", CHANGES)
def test_a_code_is_of_no_use_once_its_person(
        change: str, story: Story, owner: Owner, code: str, clock: Clock, cloud: Cloud) -> None:
    clock.advance(5)
    CHANGES[change](story)

    answer = owner.code_session(code)

    assert answer.outcome == REFUSED
    assert sessions_of(cloud) == []


def test_a_block_is_told_whose_sweep_is_still_to_come(
        owner: Owner, code: str, cloud: Cloud, clock: Clock) -> None:
    cloud.change("users", blocked_at=clock.now)

    assert owner.code_session(code).outcome == (401, "account_blocked")
    assert sessions_of(cloud) == []


@pytest.mark.parametrize("operation", ["UpdateItem", "TransactWriteItems"])
@pytest.mark.parametrize("change", CHANGES)
def test_no_session_is_left_if_meanwhile_its_person(
        change: str, operation: str, story: Story, owner: Owner, code: str, clock: Clock,
        cloud: Cloud, wire: Wire) -> None:
    """After the code was taken, or after the session was stored."""
    clock.advance(5)
    wire.after(operation, lambda: CHANGES[change](story))

    answer = owner.code_session(code)

    assert answer.status in (401, 503)
    assert sessions_of(cloud) == []


def test_a_factor_that_is_removed_takes_the_code_with_it(
        owner: Owner, pages: Owner, at_pages: Pair, clock: Clock, cloud: Cloud) -> None:
    pages.enrol(at_pages.access_token)
    code = pages.authorization_code(at_pages.access_token).body["code"]
    assert pages.delete_totp(at_pages.access_token).status == 200

    assert owner.code_session(code).outcome == REFUSED


def test_a_code_whose_taking_was_answered_late_signs_in(owner: Owner, code: str, wire: Wire,
                                                        cloud: Cloud) -> None:
    wire.lose_answers("UpdateItem")

    assert owner.code_session(code).status == 201
    assert len(sessions_of(cloud)) == 1


def test_a_retry_does_not_take_what_another_has_taken(owner: Owner, code: str, wire: Wire,
                                                      cloud: Cloud) -> None:
    """The first try never arrived, and meanwhile somebody else was there."""
    wire.before("UpdateItem", break_off, lambda: owner.code_session(code))

    assert owner.code_session(code).outcome == REFUSED
    assert len(sessions_of(cloud)) == 1


def test_all_places_where_codes_were_used_are_one_device(
        owner: Owner, pages: Owner, at_pages: Pair) -> None:
    """One session of the pages would else make devices without end, each of which has guesses of
    its own."""
    def device_token() -> str:
        code = pages.authorization_code(at_pages.access_token).body["code"]
        return owner.code_session(code).device_token

    tokens = [device_token() for _ in range(3)]

    outcomes = [owner.sign_in(password="wrong", device_token=token).outcome
                for token in tokens * 2]
    assert outcomes == [(401, "bad_credentials")] * 5 + [(429, "too_many_attempts")]
    assert pages.sign_in().status == 201


def test_who_has_enough_sessions_loses_the_oldest(owner: Owner, pages: Owner, cloud: Cloud,
                                                  clock: Clock) -> None:
    for _ in range(SETTINGS.max_sessions):
        pair = pages.sign_in().pair
        clock.advance(1)
    code = pages.authorization_code(pair.access_token).body["code"]

    assert owner.code_session(code).status == 201
    assert len(cloud.items("sessions")) == SETTINGS.max_sessions
    assert pages.is_let_in(pair.access_token)


def test_an_application_gives_nobody_codes_for_others(owner: Owner, code: str) -> None:
    """So a session that was opened by a code opens no other."""
    bound = Owner(owner.services, prover=Prover())
    pair = bound.code_session(code).pair

    assert bound.authorization_code(pair.access_token).outcome == (401, "unauthorized")


def test_a_line_names_the_session_that_was_opened(
        owner: Owner, code: str, cloud: Cloud,
        audit_lines: Callable[[], list[dict[str, Any]]]) -> None:
    audit_lines()

    answer = owner.code_session(code)

    line, [session] = audit_lines()[-1], sessions_of(cloud)
    assert (line["event"], line["client_id"]) == ("authn_login_success", CLIENT_ID)
    assert (line["user_id"], line["session_id"]) == (session["UserId"], session["SessionId"])
    for secret in (code, VERIFIER, answer.pair.access_token, REDIRECT_URI, PASSWORD):
        assert secret not in str(line)


@pytest.mark.parametrize(("what", "reason"), [
    ("unknown", "the code is unknown"), ("malformed", "the code is malformed"),
    ("verifier", "the challenge is another one"), ("client", "the client_id is another one"),
    ("redirect_uri", "the redirect_uri is another one"), ("late", "the code has expired"),
    ("again", "the code was used before"), ("ended", "the session that it comes from has ended"),
    ("gone", "the account is gone"),
    ("changed", "it has died with the password, the address or a second factor")])
def test_operators_learn_why_a_code_was_refused_and_whose_it_is(
        what: str, reason: str, owner: Owner, pages: Owner, at_pages: Pair, code: str,
        clock: Clock, cloud: Cloud, audit_lines: Callable[[], list[dict[str, Any]]]) -> None:
    """The client learns none of it."""
    user_id = cloud.item("users")["UserId"]
    other = Owner(owner.services, "other-app")
    attempts: dict[str, Callable[[], Answer]] = {
        "unknown": lambda: owner.code_session("x" * 43),
        "malformed": lambda: owner.code_session("x"),
        "verifier": lambda: owner.code_session(code, OTHER_VERIFIER),
        "client": lambda: other.code_session(code),
        "redirect_uri": lambda: owner.code_session(code, redirect_uri=f"{REDIRECT_URI}?x")}
    if what == "late":
        clock.advance(60)
    elif what == "again":
        owner.code_session(code)
    elif what == "ended":
        pages.sign_out(at_pages.access_token)
    elif what == "gone":
        cloud.drop("users")
    elif what == "changed":
        cloud.change("identities", password_version=1)
    audit_lines()

    answer = attempts.get(what, lambda: owner.code_session(code))()

    line = audit_lines()[-1]
    assert answer.outcome == REFUSED
    assert (line["event"], line["reason"]) == ("authn_login_fail", reason)
    assert line.get("user_id") == (None if what in ("unknown", "malformed") else user_id)


def test_the_pages_are_no_application_that_signs_in_by_codes(pages: Owner, code: str) -> None:
    assert pages.client_id == ACCOUNT_PAGES
    assert pages.code_session(code).outcome == REFUSED


def test_who_has_an_app_does_not_show_it_again(
        owner: Owner, pages: Owner, at_pages: Pair, clock: Clock) -> None:
    """What was shown to the pages is enough."""
    enrolled = pages.enrol(at_pages.access_token)
    pair = pages.sign_in_with(enrolled.recovery_codes[0]).pair
    code = pages.authorization_code(pair.access_token).body["code"]

    answer = owner.code_session(code)

    assert owner.authorize(answer.pair.access_token)["context"]["amr"] == "pwd rec"
