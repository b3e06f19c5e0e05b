"""The ways around a second factor that are known from elsewhere: none of them is open."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from shared.wiring.services import Services
from tests.lambda_functions.conftest import session_id
from tests.support.account_owner import NEW_PASSWORD, Owner
from tests.support.application import EMAIL, PASSWORD, Answer, Pair
from tests.support.clock import Clock
from tests.support.cloud import Cloud
from tests.support.mail import Outbox
from tests.support.second_factors import Enrolled, FactorOwner
from tests.support.wire import Wire


@pytest.fixture
def ada(mailing: Services) -> Owner:
    """Ada, by the routes that are not about factors."""
    return Owner(mailing)


@pytest.fixture
def stolen(careful: FactorOwner, signed_in: Pair, enrolled: Enrolled, clock: Clock) -> Pair:
    """The tokens of her session, whose second factor was shown eleven minutes ago."""
    clock.advance(600)
    return signed_in


def is_protected(careful: FactorOwner) -> bool:
    """Whether the password alone does not sign in."""
    return careful.sign_in().outcome == (401, "second_factor_required")


def test_a_reset_of_the_password_leaves_the_factor(
        careful: FactorOwner, enrolled: Enrolled, ada: Owner, outbox: Outbox) -> None:
    """Whoever reads the mailbox still lacks it."""
    ada.forget_password()
    ada.reset_password(outbox.last_token)

    answer = careful.sign_in(password=NEW_PASSWORD)

    assert answer.outcome == (401, "second_factor_required")
    assert careful.second_step(answer.body["ticket"],
                               careful.next_code(enrolled.app)).status == 201


def test_a_link_in_mail_with_the_password_opens_no_session(
        careful: FactorOwner, enrolled: Enrolled, ada: Owner, outbox: Outbox, cloud: Cloud) -> None:
    """The address is verified, and the second step is still to come."""
    before = len(cloud.items("sessions"))
    ada.ask_verification()

    answer = ada.verify(outbox.last_token)

    assert answer.outcome == (401, "second_factor_required")
    assert len(cloud.items("sessions")) == before
    assert cloud.item("identities")["email_verified"] is True
    assert careful.second_step(answer.body["ticket"],
                               careful.next_code(enrolled.app)).status == 201


def test_an_older_session_cannot_be_refreshed_past_it(careful: FactorOwner, signed_in: Pair
                                                      ) -> None:
    older = careful.sign_in().pair
    careful.enrol(signed_in.access_token)

    assert careful.refresh(older).outcome == (401, "session_ended")


def test_a_refresh_proves_nothing(careful: FactorOwner, stolen: Pair, clock: Clock) -> None:
    """Newer tokens of a session say of its user what the older ones did."""
    clock.advance(3000)
    newer = careful.refresh(stolen).pair

    assert careful.delete_totp(newer.access_token).outcome == (
        401, "reauthentication_required")


def test_a_stolen_session_changes_no_factor(careful: FactorOwner, stolen: Pair) -> None:
    """Not with the password either, which may be stolen with it."""
    refused = [careful.create_totp(stolen.access_token),
               careful.confirm_totp(stolen.access_token, "123456"),
               careful.create_recovery_codes(stolen.access_token),
               careful.delete_totp(stolen.access_token),
               careful.reauthenticate(stolen.access_token, password=PASSWORD)]

    assert {answer.outcome for answer in refused} == {(401, "reauthentication_required")}
    assert is_protected(careful)


def test_a_stolen_session_and_the_password_change_no_password(careful: FactorOwner, stolen: Pair,
                                                              ada: Owner) -> None:
    answer = ada.change_password(stolen.access_token)

    assert answer.outcome == (401, "reauthentication_required")
    assert answer.body["kinds"] == ["totp", "recovery_code"]
    assert is_protected(careful)


def test_a_stolen_session_and_the_password_delete_no_account(
        careful: FactorOwner, stolen: Pair, ada: Owner, cloud: Cloud) -> None:
    """After which the address could be signed up anew, without a factor."""
    assert ada.leave(stolen.access_token).outcome == (401, "reauthentication_required")
    assert is_protected(careful) and cloud.items("users")


def test_that_refusal_counts_no_attempt(stolen: Pair, ada: Owner, careful: FactorOwner,
                                        enrolled: Enrolled) -> None:
    """So that its owner is not made to wait after it."""
    for _ in range(8):
        ada.change_password(stolen.access_token)
    fresh = careful.reauthenticate(stolen.access_token, code=enrolled.recovery_codes[0]).pair

    assert ada.change_password(fresh.access_token).status == 200


def test_a_change_of_the_password_proves_no_second_factor(
        careful: FactorOwner, signed_in: Pair, enrolled: Enrolled, ada: Owner, clock: Clock
) -> None:
    """The new session knows when it was shown, as the old one did."""
    shown_at = clock.now - 60
    clock.advance(500)

    changed = ada.change_password(signed_in.access_token).pair

    context = careful.authorize(changed.access_token)["context"]
    assert (context["auth_time"], context["acr"]) == (shown_at, "aal2")
    clock.advance(40)
    assert careful.delete_totp(changed.access_token).outcome == (
        401, "reauthentication_required")


def test_a_session_of_the_password_alone_is_not_let_near_a_factor(
        careful: FactorOwner, signed_in: Pair, enrolled: Enrolled, cloud: Cloud) -> None:
    """Wherever such a session would come from, and however fresh it is."""
    session = cloud.item("sessions")
    cloud.change("sessions", amr="pwd", acr="aal1", auth_time=careful.services.now())

    refused = [careful.delete_totp(signed_in.access_token),
               careful.create_recovery_codes(signed_in.access_token),
               Owner(careful.services).change_password(signed_in.access_token),
               Owner(careful.services).leave(signed_in.access_token)]

    assert session["acr"] == "aal2"
    assert {answer.outcome for answer in refused} == {(401, "reauthentication_required")}


def test_another_client_cannot_take_the_ticket_on(careful: FactorOwner, enrolled: Enrolled
                                                  ) -> None:
    other = FactorOwner(careful.services, "another-app")
    mine, other_ticket = careful.ticket(), other.ticket()

    assert other.second_step(mine, careful.next_code(enrolled.app)).name == "invalid_ticket"
    assert other.second_step(other_ticket, careful.next_code(enrolled.app)).status == 201


def test_who_leaves_and_comes_back_is_asked_for_no_old_factor(
        careful: FactorOwner, signed_in: Pair, enrolled: Enrolled, ada: Owner, cloud: Cloud
) -> None:
    """Nothing of it is left behind, and an old code opens nothing."""
    assert ada.leave(signed_in.access_token).status == 200
    assert cloud.items("factors") == []

    careful.sign_up()

    assert careful.sign_in().status == 201


def test_another_person_is_not_let_in_by_a_factor_of_mine(careful: FactorOwner, enrolled: Enrolled
                                                          ) -> None:
    """A ticket is of one user, and so are the codes for it."""
    bob = "bob@example.org"
    careful.sign_up(bob)
    bobs = careful.sign_in(bob).pair
    careful.enrol(bobs.access_token)

    assert careful.second_step(careful.ticket(bob), enrolled.recovery_codes[0]).outcome == (
        401, "invalid_code")
    assert careful.second_step(careful.ticket(EMAIL), enrolled.recovery_codes[0]).status == 201


def test_a_factor_of_another_person_cannot_be_removed(
        careful: FactorOwner, enrolled: Enrolled) -> None:
    """The route knows only those of the caller."""
    careful.sign_up("bob@example.org")
    bobs = careful.sign_in("bob@example.org").pair

    assert careful.delete_totp(bobs.access_token).outcome == (404, "not_found")
    assert is_protected(careful)


def test_the_sessions_of_two_steps_are_two(careful: FactorOwner, enrolled: Enrolled,
                                           signed_in: Pair) -> None:
    """A second sign-in takes no session over."""
    first = careful.sign_in_with(enrolled.recovery_codes[0]).pair
    second = careful.sign_in_with(enrolled.recovery_codes[1]).pair
    owner = Owner(careful.services)

    assert len({session_id(owner, pair) for pair in (signed_in, first, second)}) == 3


def test_a_session_that_a_reset_has_ended_turns_no_factor_on(
        careful: FactorOwner, signed_in: Pair, ada: Owner, outbox: Outbox, wire: Wire,
        clock: Clock) -> None:
    """Not even in a request that the authorizer has let in before: the owner, who has just thrown
    its thief out, would need that factor to sign in."""
    app = careful.begin_enrolment(signed_in.access_token)
    ada.forget_password()
    # The authorizer's look at the session comes first.
    wire.after("GetItem", lambda: ada.reset_password(outbox.last_token))

    answer = careful.confirm_totp(signed_in.access_token, app.code(clock.now))

    assert careful.sign_in(password=NEW_PASSWORD).status == 201
    assert answer.outcome == (401, "unauthorized")


def test_a_change_of_the_password_that_is_sent_twice_opens_no_session_past_a_new_factor(
        careful: FactorOwner, signed_in: Pair, ada: Owner, wire: Wire) -> None:
    """The later one began when no factor was on, and finds its own change made, and one on."""
    def change_and_enrol() -> None:
        careful.enrol(ada.change_password(signed_in.access_token).pair.access_token)

    # The first use of the token is noted, and then the attempt at the password counted.
    wire.before("UpdateItem", *[lambda: None] * 2, change_and_enrol)

    assert ada.change_password(signed_in.access_token).outcome == (
        401, "reauthentication_required")
    assert careful.sign_in(password=NEW_PASSWORD).outcome == (401, "second_factor_required")


@pytest.mark.parametrize("act", [
    lambda owner, token: owner.create_totp(token),
    lambda owner, token: owner.create_recovery_codes(token),
    lambda owner, token: owner.delete_totp(token),
    lambda owner, token: owner.change_email(token),
    lambda owner, token: owner.change_password(token, NEW_PASSWORD, PASSWORD),
    lambda owner, token: owner.leave(token, NEW_PASSWORD),
], ids=["create_totp", "recovery_codes", "delete_totp", "email", "password", "leave"])
def test_a_session_that_has_ended_changes_nothing_although_the_gateway_lets_it_in(
        act: Callable[[Owner, str], Answer], careful: FactorOwner, signed_in: Pair,
        enrolled: Enrolled, ada: Owner, outbox: Outbox, cloud: Cloud) -> None:
    """It keeps the answer of the authorizer where the stage says so, and a request may be past it
    when its session ends."""
    thief = LetIn(ada.services, signed_in.access_token)
    ada.forget_password()
    assert ada.reset_password(outbox.last_token).status == 200
    before = cloud.items("identities"), cloud.items("factors")

    assert act(thief, signed_in.access_token).outcome == (401, "unauthorized")

    assert (cloud.items("identities"), cloud.items("factors")) == before
    assert cloud.items("sessions") == []


class LetIn(Owner):
    """Gets what the authorizer has said of a token before."""

    def __init__(self, services: Services, access_token: str) -> None:
        super().__init__(services)
        self._kept = super().principal_of("GET", "/session", self.headers(access_token))

    def principal_of(self, method: str, path: str, headers: Mapping[str, str]) -> dict[str, Any]:
        return self._kept


def test_a_password_is_not_changed_past_a_factor_that_is_turned_on_meanwhile(
        careful: FactorOwner, signed_in: Pair, ada: Owner, wire: Wire, clock: Clock) -> None:
    thief, app = careful.sign_in().pair, careful.begin_enrolment(signed_in.access_token)
    wire.before("UpdateItem", lambda: None, lambda: careful.confirm_totp(
        signed_in.access_token, app.code(clock.now)))

    answer = ada.change_password(thief.access_token)

    assert answer.outcome == (401, "reauthentication_required")
    assert is_protected(careful)


def test_an_account_is_not_deleted_past_a_factor_that_is_turned_on_meanwhile(
        careful: FactorOwner, signed_in: Pair, ada: Owner, wire: Wire, clock: Clock) -> None:
    thief, app = careful.sign_in().pair, careful.begin_enrolment(signed_in.access_token)
    # Before the sweep, which ends the owner's session.
    wire.before("Query", lambda: careful.confirm_totp(
        signed_in.access_token, app.code(clock.now)))

    assert ada.leave(thief.access_token).status == 401
    assert is_protected(careful)


def test_a_code_of_an_app_that_was_removed_opens_no_session_beside_the_next_app(
        careful: FactorOwner, enrolled: Enrolled, wire: Wire, clock: Clock, cloud: Cloud) -> None:
    """The sign-in is under way when its owner removes one app and adds another."""
    owner = careful.sign_in_with(enrolled.recovery_codes[0]).pair
    ticket = careful.ticket()

    def replace_app() -> None:
        assert careful.delete_totp(owner.access_token).status == 200
        assert careful.enrol(owner.access_token)

    wire.before("TransactWriteItems", replace_app)

    answer = careful.second_step(ticket, enrolled.app.code(clock.now))

    assert answer.outcome == (401, "bad_credentials")
    assert len(cloud.items("sessions")) == 1


def test_a_password_that_is_changed_after_the_factor_is_gone_proves_only_itself(
        careful: FactorOwner, signed_in: Pair, enrolled: Enrolled, ada: Owner) -> None:
    assert careful.delete_totp(signed_in.access_token).status == 200

    changed = ada.change_password(signed_in.access_token).pair

    context = careful.authorize(changed.access_token)["context"]
    assert (context["amr"], context["acr"]) == ("pwd", "aal1")
