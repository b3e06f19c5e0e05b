"""PUT /user/email/confirmation: a followed link gives the account another address, together with an
access token of it."""

from collections.abc import Callable
from typing import Any

import pytest

from shared.mail.notices import Notice
from shared.wiring.services import Services
from tests.support.account_owner import NEW_EMAIL, NEW_PASSWORD, Owner
from tests.support.application import EMAIL, Pair
from tests.support.clock import Clock
from tests.support.cloud import Cloud
from tests.support.heavy import BODIES, SDK, TOKENS
from tests.support.mail import Courier, Outbox
from tests.support.wire import Wire

LOADS = SDK | TOKENS | BODIES
AuditLines = Callable[[], list[dict[str, Any]]]
INVALID = (400, "invalid_link")


@pytest.fixture
def link(owner: Owner, phone: Pair, outbox: Outbox, courier: Courier) -> str:
    """The link that was mailed to Ada's other address."""
    return link_to(owner, phone, outbox)


def link_to(owner: Owner, pair: Pair, outbox: Outbox, email: str = NEW_EMAIL) -> str:
    assert owner.change_email(pair.access_token, email).status == 202
    del outbox.messages[-1]
    return outbox.last_token


def delete(cloud: Cloud) -> None:
    for table in ("users", "identities"):
        cloud.drop(table)


def addresses(cloud: Cloud) -> list[tuple[str, str]]:
    """The address of each account, as account and identity have it."""
    names = {item["user_id"]: item["Identity"] for item in cloud.items("identities")}
    return sorted((item["email"], names[item["UserId"]]) for item in cloud.items("users"))


OLD, NEW = (EMAIL, f"email#{EMAIL}"), (NEW_EMAIL, f"email#{NEW_EMAIL}")


def test_a_link_and_an_access_token_change_the_address(
        owner: Owner, phone: Pair, link: str, cloud: Cloud) -> None:
    answer = owner.confirm_email(link, phone.access_token)

    assert answer.status == 200
    assert addresses(cloud) == [NEW]
    assert owner.sign_in(NEW_EMAIL).status == 201
    assert owner.sign_in(EMAIL).outcome == (401, "bad_credentials")
    assert owner.account(answer.pair.access_token).body["email"] == NEW_EMAIL


def test_all_else_of_the_identity_and_the_account_stays(
        owner: Owner, phone: Pair, link: str, cloud: Cloud) -> None:
    """But for the version, which ends what was proven before; the other address is verified."""
    owner.enrol(phone.access_token)
    cloud.change("users", roles="analyst", roles_version=3, enrol_by=99)
    identity, user = cloud.item("identities"), cloud.item("users")

    assert owner.confirm_email(link, phone.access_token).status == 200

    assert cloud.item("identities") == identity | {
        "Identity": f"email#{NEW_EMAIL}", "email_verified": True, "password_version": 1}
    assert cloud.item("users") == user | {"email": NEW_EMAIL}


def test_the_former_address_is_free(owner: Owner, phone: Pair, link: str, cloud: Cloud) -> None:
    owner.confirm_email(link, phone.access_token)

    assert owner.sign_up(EMAIL).status == 201
    assert addresses(cloud) == [NEW, OLD]


def test_all_sessions_end_but_the_callers_which_is_renewed(
        owner: Owner, phone: Pair, laptop: Pair, outbox: Outbox, clock: Clock) -> None:
    link = link_to(owner, laptop, outbox)
    clock.advance(600)

    answer = owner.confirm_email(link, laptop.access_token)

    assert not owner.is_let_in(phone.access_token)
    assert owner.is_let_in(answer.pair.access_token)
    assert answer.body["access_token_expires_in"] == 3600
    assert owner.session(answer.pair.access_token).body["access_token_expires_in"] == 3600
    assert owner.refresh(answer.pair).status == 200


def test_the_former_address_is_told(owner: Owner, phone: Pair, link: str, courier: Courier,
                                    outbox: Outbox, audit_lines: AuditLines) -> None:
    audit_lines()

    owner.confirm_email(link, phone.access_token)

    assert (courier.errands[-1].occasion, courier.errands[-1].email) == (
        Notice.EMAIL_CHANGED, EMAIL)
    assert outbox.messages[-1].to == EMAIL
    *_, line = audit_lines()
    assert (line["event"], "notice" in line) == ("user_updated", False)
    assert EMAIL not in str(line) and NEW_EMAIL not in str(line)


def test_the_former_address_is_told_although_all_else_fails_after_the_change(
        owner: Owner, phone: Pair, link: str, courier: Courier, wire: Wire) -> None:
    """Afterwards, nothing says which it was."""
    wire.after("TransactWriteItems", lambda: wire.cut("Query"))

    assert owner.confirm_email(link, phone.access_token).outcome == (503, "unavailable")

    assert courier.errands[-1].occasion is Notice.EMAIL_CHANGED


def test_a_change_does_not_fail_with_its_notice(
        owner: Owner, phone: Pair, link: str, courier: Courier, audit_lines: AuditLines) -> None:
    courier.refuses = True

    assert owner.confirm_email(link, phone.access_token).status == 200
    assert audit_lines()[-1]["notice"] == "lost"


def test_the_link_does_not_tell_the_present_address(link: str, owner: Owner) -> None:
    """The other one may be a stranger's, by a slip of the finger."""
    claims = owner.services.mail_tokens._jws.verify(  # what any reader can decode
        link, "ec+jwt", {"iss": str, "sub": str, "ver": int, "iat": int, "exp": int, "email": str})

    assert EMAIL not in str(claims)


def test_a_link_alone_changes_nothing(owner: Owner, link: str, cloud: Cloud) -> None:
    """Its reader need not be the owner of the account."""
    assert owner.confirm_email(link, None).outcome == (401, "unauthorized")
    assert addresses(cloud) == [OLD]


def test_an_access_token_of_another_account_changes_nothing(
        owner: Owner, phone: Pair, link: str, cloud: Cloud) -> None:
    owner.sign_up("eve@example.org")
    eve = owner.sign_in("eve@example.org").pair

    assert owner.confirm_email(link, eve.access_token).outcome == INVALID
    assert addresses(cloud) == [OLD, ("eve@example.org", "email#eve@example.org")]
    assert owner.is_let_in(phone.access_token)


def test_an_access_token_of_an_ended_session_changes_nothing(
        owner: Owner, phone: Pair, link: str, cloud: Cloud) -> None:
    owner.sign_out(phone.access_token)

    assert owner.confirm_email(link, phone.access_token).outcome == (401, "session_ended")
    assert addresses(cloud) == [OLD]


def test_an_expired_access_token_changes_nothing(
        owner: Owner, phone: Pair, link: str, clock: Clock, cloud: Cloud) -> None:
    clock.advance(3600)

    assert owner.confirm_email(link, phone.access_token).outcome == (401, "unauthorized")
    assert addresses(cloud) == [OLD]


def test_a_session_whose_user_must_enrol_first_changes_nothing(
        owner: Owner, phone: Pair, link: str, cloud: Cloud, clock: Clock) -> None:
    cloud.change("sessions", enrol_by=clock.now)

    assert owner.confirm_email(link, phone.access_token).outcome == (401, "enrolment_required")
    assert addresses(cloud) == [OLD]


@pytest.mark.parametrize(("seconds", "status"), [(86_399, 200), (86_400, 400)])
def test_the_link_lasts_a_day(owner: Owner, link: str, clock: Clock, seconds: int, status: int
                              ) -> None:
    clock.advance(seconds)

    assert owner.confirm_email(link, owner.sign_in().pair.access_token).status == status


def test_a_link_works_in_a_session_that_is_an_hour_old(
        owner: Owner, phone: Pair, link: str, clock: Clock) -> None:
    """The request for it was freshly proven."""
    clock.advance(3599)

    assert owner.confirm_email(link, phone.access_token).status == 200


def test_a_link_dies_with_the_password(owner: Owner, phone: Pair, link: str, cloud: Cloud) -> None:
    pair = owner.change_password(phone.access_token).pair

    assert owner.confirm_email(link, pair.access_token).outcome == INVALID
    assert addresses(cloud) == [OLD]
    assert owner.is_let_in(pair.access_token)


def test_a_link_dies_with_another_change_of_the_address(
        owner: Owner, phone: Pair, link: str, outbox: Outbox, cloud: Cloud) -> None:
    other = link_to(owner, phone, outbox, "countess@example.org")
    pair = owner.confirm_email(other, phone.access_token).pair

    assert owner.confirm_email(link, pair.access_token).outcome == INVALID
    assert [email for email, _ in addresses(cloud)] == ["countess@example.org"]


def test_a_link_dies_with_its_use(owner: Owner, phone: Pair, link: str, outbox: Outbox,
                                  cloud: Cloud) -> None:
    """Even if the account has its former address again."""
    pair = owner.confirm_email(link, phone.access_token).pair
    back = link_to(owner, pair, outbox, EMAIL)
    pair = owner.confirm_email(back, pair.access_token).pair

    assert owner.confirm_email(link, pair.access_token).outcome == INVALID
    assert addresses(cloud) == [OLD]


def test_a_link_that_was_used_is_dead_once_the_password_has_changed(
        owner: Owner, phone: Pair, link: str) -> None:
    """Until then, following it again is a retry, because the address is the one that it says."""
    pair = owner.confirm_email(link, phone.access_token).pair
    pair = owner.change_password(pair.access_token).pair

    assert owner.confirm_email(link, pair.access_token).outcome == INVALID


def test_a_change_whose_answer_was_lost_is_repeated(
        owner: Owner, phone: Pair, laptop: Pair, outbox: Outbox, courier: Courier, cloud: Cloud
        ) -> None:
    link = link_to(owner, laptop, outbox)
    assert owner.confirm_email(link, laptop.access_token).status == 200
    told = len(courier.errands)

    again = owner.confirm_email(link, laptop.access_token)

    assert again.status == 200
    assert owner.is_let_in(again.pair.access_token)
    assert addresses(cloud) == [NEW]
    assert len(courier.errands) == told


def test_a_change_that_half_succeeded_is_finished_by_its_retry(
        owner: Owner, phone: Pair, link: str, wire: Wire, cloud: Cloud) -> None:
    """A session that was opened between the first sweep and the change has survived so far."""
    opened: list[Pair] = []
    # After the query of the first sweep, and after that of the sign-in.
    wire.after("Query", lambda: opened.append(owner.sign_in().pair), lambda: wire.cut("Query"))
    assert owner.confirm_email(link, phone.access_token).outcome == (503, "unavailable")
    wire.mend()
    assert owner.is_let_in(opened[0].access_token)

    assert owner.confirm_email(link, phone.access_token).status == 200

    assert not owner.is_let_in(opened[0].access_token)


def test_a_change_without_a_sweep_before_it_changes_nothing(
        owner: Owner, phone: Pair, link: str, wire: Wire, cloud: Cloud) -> None:
    wire.cut("Query")

    assert owner.confirm_email(link, phone.access_token).outcome == (503, "unavailable")

    wire.mend()
    assert addresses(cloud) == [OLD]


def test_an_address_that_was_claimed_meanwhile_stays_with_its_owner(
        owner: Owner, phone: Pair, link: str, cloud: Cloud, courier: Courier) -> None:
    owner.sign_up(NEW_EMAIL)

    answer = owner.confirm_email(link, phone.access_token)

    assert answer.outcome == (409, "user_exists")
    assert addresses(cloud) == [NEW, OLD]
    assert owner.is_let_in(phone.access_token)
    assert courier.errands[-1].occasion is Notice.EMAIL_CHANGE_REQUESTED


def test_links_to_the_former_address_are_dead(
        owner: Owner, phone: Pair, outbox: Outbox, cloud: Cloud) -> None:
    """Whoever reads the mail of the former address has no say in the account any more."""
    owner.forget_password()
    reset = outbox.last_token
    owner.ask_verification()
    verify = outbox.last_token
    pair = owner.confirm_email(link_to(owner, phone, outbox), phone.access_token).pair

    assert owner.reset_password(reset).outcome == INVALID
    assert owner.verify(verify).outcome == INVALID
    assert owner.verify_signed_in(verify, pair.access_token).outcome == INVALID
    assert owner.sign_in(NEW_EMAIL).status == 201
    assert owner.sign_in(NEW_EMAIL, NEW_PASSWORD).status == 401


def test_an_errand_that_waited_mails_nothing_to_the_former_address(
        owner: Owner, phone: Pair, link: str, outbox: Outbox, courier: Courier) -> None:
    courier.waits = True
    owner.forget_password()
    owner.confirm_email(link, phone.access_token)
    outbox.messages.clear()

    courier.do(next(errand for errand in courier.errands
                    if errand.occasion.value == "reset_password"))

    assert outbox.messages == []


def test_a_ticket_of_before_signs_nobody_in(
        owner: Owner, phone: Pair, link: str) -> None:
    app = owner.enrol(phone.access_token).app
    ticket = owner.ticket()
    assert owner.confirm_email(link, phone.access_token).status == 200

    assert owner.second_step(ticket, owner.next_code(app)).outcome == (401, "invalid_ticket")
    assert owner.sign_in_with(owner.next_code(app), NEW_EMAIL).status == 201


def test_a_second_factor_that_is_turned_on_meanwhile_stays_on(
        owner: Owner, phone: Pair, link: str, wire: Wire, cloud: Cloud) -> None:
    """What was read before would carry over that there is none."""
    wire.before("TransactWriteItems", lambda: cloud.change("identities", second_factor="f-1"))

    assert owner.confirm_email(link, phone.access_token).status == 200

    assert cloud.item("identities")["second_factor"] == "f-1"
    assert addresses(cloud) == [NEW]


def test_a_newer_hash_is_not_lost(owner: Owner, phone: Pair, link: str, wire: Wire, cloud: Cloud
                                  ) -> None:
    wire.before("TransactWriteItems", lambda: cloud.change("identities", password_hash="newer"))

    assert owner.confirm_email(link, phone.access_token).status == 200

    assert cloud.item("identities")["password_hash"] == "newer"


def test_a_password_that_changes_meanwhile_ends_the_link(
        owner: Owner, phone: Pair, link: str, wire: Wire, cloud: Cloud) -> None:
    wire.before("TransactWriteItems", lambda: cloud.change("identities", password_version=7))

    assert owner.confirm_email(link, phone.access_token).outcome == INVALID
    assert addresses(cloud) == [OLD]


def test_an_identity_that_never_rests_is_given_up(
        owner: Owner, phone: Pair, link: str, wire: Wire, cloud: Cloud) -> None:
    wire.before("TransactWriteItems", *[
        lambda number=number: cloud.change("identities", password_hash=f"hash {number}")
        for number in range(9)])

    assert owner.confirm_email(link, phone.access_token).outcome == (503, "unavailable")
    assert addresses(cloud) == [OLD]


def test_an_account_that_is_deleted_meanwhile_stays_gone(
        owner: Owner, phone: Pair, link: str, wire: Wire, cloud: Cloud) -> None:
    wire.before("TransactWriteItems", lambda: delete(cloud))

    assert owner.confirm_email(link, phone.access_token).outcome == (401, "unauthorized")
    assert cloud.items("users") == cloud.items("identities") == []


def test_whoever_leaves_with_the_address_as_it_was_leaves_nothing_half(
        owner: Owner, phone: Pair, link: str, wire: Wire, cloud: Cloud) -> None:
    """An identity that has moved is not one that is gone."""
    wire.before("TransactWriteItems", lambda: owner.confirm_email(link, phone.access_token))

    assert owner.leave(phone.access_token).outcome == (401, "bad_credentials")

    assert addresses(cloud) == [NEW]
    assert owner.leave(owner.sign_in(NEW_EMAIL).pair.access_token).status == 200
    assert cloud.items("users") == cloud.items("identities") == []


def test_whoever_is_looked_up_while_the_address_changes_is_found(
        owner: Owner, phone: Pair, link: str, wire: Wire, cloud: Cloud) -> None:
    """The account is read with the former address, and the identity after it has moved."""
    user_id = cloud.item("users")["UserId"]
    wire.after("GetItem", lambda: owner.confirm_email(link, phone.access_token))

    assert owner.services.owners.find(user_id).name == NEW_EMAIL


def test_nobody_is_taken_for_who_has_signed_up_with_the_former_address_meanwhile(
        owner: Owner, phone: Pair, link: str, wire: Wire, cloud: Cloud) -> None:
    user_id = cloud.item("users")["UserId"]

    def change() -> None:
        owner.confirm_email(link, phone.access_token)
        owner.sign_up(EMAIL)

    wire.after("GetItem", change)

    found = owner.services.owners.find(user_id)
    assert (found.user_id, found.name) == (user_id, NEW_EMAIL)


def test_a_person_with_another_address_is_exported(owner: Owner, phone: Pair, link: str) -> None:
    pair = owner.confirm_email(link, phone.access_token).pair

    held = owner.export(pair.access_token).body

    assert (held["account"]["email"], held["identity"]["name"]) == (NEW_EMAIL, NEW_EMAIL)


def test_a_stage_without_mail_says_so(services: Services) -> None:
    owner = Owner(services)
    owner.sign_up()

    answer = owner.confirm_email("x", owner.sign_in().pair.access_token)

    assert answer.outcome == (503, "mail_not_configured")


def test_the_links_are_not_interchangeable(owner: Owner, phone: Pair, link: str, outbox: Outbox
                                           ) -> None:
    owner.forget_password()
    reset = outbox.last_token
    owner.ask_verification()
    verify = outbox.last_token

    for token in (reset, verify, phone.access_token, "x"):
        assert owner.confirm_email(token, phone.access_token).outcome == INVALID
    assert owner.reset_password(link).outcome == INVALID
    assert owner.verify(link).outcome == INVALID
    assert not owner.is_let_in(link)
