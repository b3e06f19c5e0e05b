"""Passkeys: made, shown, renamed and removed, and accounts that have nothing else. A ticket that
was spent on a request that failed is lost, and so a browser that tries again asks for another."""

import uuid
from typing import Any

from shared.factors.passkeys import MOST_PASSKEYS, is_passkey
from shared.mail.errands import Errand, Occasion
from shared.sign_in.passkey_check import MOST_TICKETS
from shared.tokens.mail_tokens import MailClaims, MailTokens, Purpose
from tests.dynamodb_local.handlers_alone import HandlersAlone, claims
from tests.faults.accounts import sending
from tests.faults.scenario import (QUIET, Act, link, scenario, signed_in, signed_up,
                                   three_sessions)
from tests.faults.world import MAIL, World
from tests.support.application import EMAIL, Answer, Pair
from tests.support.authenticator import Device
from tests.support.second_factors import STEP_SECONDS

NONE: dict[str, Any] = {"passkey_rp_id": "", "passkey_origins": ()}
ELSEWHERE = "https://app.example.com"


def owned(world: World) -> Device:
    """Ada has added a passkey, and is not signed in."""
    pair, device = signed_up(world).sign_in().pair, Device()
    assert world.app().add_passkey(pair.access_token, device).status == 201
    world.cloud.drop("sessions")
    return device


def trusted(world: World) -> tuple[Pair, Device]:
    """She has just signed in with it."""
    device = owned(world)
    return world.hold("tab", world.app().sign_in_by(device)), device


def alone(world: World) -> tuple[Pair, Device]:
    """She has signed up with a passkey, and has no password."""
    device = Device()
    answer = world.app(**QUIET).sign_up_by(device, invitation(world))
    assert answer.status == 201
    return world.hold("tab", answer), device


def invitation(world: World) -> str:
    """Return the token of the link that is mailed to sign up with a passkey."""
    services = world.services()
    tokens = MailTokens(services.settings.issuers, services.jws, world.clock)
    return tokens.mint(MailClaims(str(uuid.uuid4()), 0, EMAIL), Purpose.SIGN_UP)


def passkey_items(world: World) -> list[dict[str, Any]]:
    return [item for item in world.items("factors") if is_passkey(item["FactorId"])]


def passkey_id(world: World, number: int = 0) -> str:
    """Return the id of one of the passkeys."""
    return str(passkey_items(world)[number]["FactorId"]).partition("#")[2]


def remembered(world: World) -> list[str]:
    """Return the ids of the tickets that were answered, or used at a second step."""
    used = [str(item["Subject"]) for item in world.items("attempts")]
    return [subject.removeprefix("ticket ") for subject in used if subject.startswith("ticket ")
            ] + [ticket.partition(".")[0] for item in passkey_items(world)
                 for ticket in item.get("tickets", "").split()]


class Browser:
    """It answers one of the ceremonies that were begun, which has not been answered yet."""

    def __init__(self, world: World, device: Device, *begun: Answer) -> None:
        self._world, self._device, self._begun = world, device, begun
        assert {answer.status for answer in begun} == {200}

    def answer(self, **changes: Any) -> tuple[str, dict[str, Any]]:
        """Return a ticket, and what the device says to it."""
        spent = remembered(self._world)
        begun = next(answer for answer in self._begun
                     if claims(answer.body["ticket"])["jti"] not in spent)
        key = self._device.keys[-1]
        # As high as it was when the world was as it is.
        key.counter = max([item["counter"] for item in passkey_items(self._world)], default=0)
        return begun.body["ticket"], self._device.answer(begun.body["public_key"], key=key,
                                                         **changes)


def signing_in(world: World, device: Device, *tickets: str) -> Browser:
    """With the tickets of two passwords, or without one."""
    bodies: list[dict[str, str]] = [{"ticket": ticket} for ticket in tickets] or [{}, {}]
    return Browser(world, device, *(world.app().begin_passkey_sign_in(**body) for body in bodies))


def made(world: World, pair: Pair, device: Device, **changes: Any) -> tuple[str, dict[str, Any]]:
    """Return a ticket to add a passkey, and a passkey that was made for it."""
    begun = world.app().begin_passkey(pair.access_token)
    return begun.body["ticket"], device.make(begun.body["public_key"], **changes)


@scenario("begin_passkey", 200)
def begin_to_add(world: World) -> Act:
    pair, _ = trusted(world)
    return lambda app: app.begin_passkey(pair.access_token)


@scenario("begin_passkey", 401, "reauthentication_required")
def begin_to_add_too_late(world: World) -> Act:
    pair, _ = trusted(world)
    world.clock.advance(600)
    return lambda app: app.begin_passkey(pair.access_token)


@scenario("begin_passkey", 404, "passkeys_not_configured", **NONE)
def begin_to_add_where_there_are_none(world: World) -> Act:
    pair = signed_in(world)
    return lambda app: app.begin_passkey(pair.access_token)


@scenario("create_passkey", 201, retried=(409, "factor_exists"),
          or_else=(401, "reauthentication_required"), notifies=True, **MAIL)
def add_the_first(world: World) -> Act:
    """Whose recovery codes were lost with the answer shows the passkey, and makes others."""
    pair = three_sessions(world)
    ticket, credential = made(world, pair, Device())
    return lambda app: app.create_passkey(pair.access_token, ticket, credential)


@scenario("create_passkey", 201, retried=(409, "factor_exists"), notifies=True, **MAIL)
def add_the_second(world: World) -> Act:
    pair, _ = trusted(world)
    ticket, credential = made(world, pair, Device())
    return lambda app: app.create_passkey(pair.access_token, ticket, credential, name="Phone")


@scenario("create_passkey", 401, "reauthentication_required")
def add_too_late(world: World) -> Act:
    pair, _ = trusted(world)
    ticket, credential = made(world, pair, Device())
    world.clock.advance(600)
    return lambda app: app.create_passkey(pair.access_token, ticket, credential)


@scenario("create_passkey", 401, "invalid_ticket")
def add_after_another(world: World) -> Act:
    pair, _ = trusted(world)
    ticket, credential = made(world, pair, Device())
    assert world.app().add_passkey(pair.access_token, Device()).status == 201
    return lambda app: app.create_passkey(pair.access_token, ticket, credential)


@scenario("create_passkey", 401, "invalid_ticket")
def add_again_what_was_removed(world: World) -> Act:
    """The second factor is off again, as it was when the ticket was given."""
    pair = three_sessions(world)
    ticket, credential = made(world, pair, Device())
    assert world.app().create_passkey(pair.access_token, ticket, credential).status == 201
    _take_the_new_token(world, pair)
    removed = world.app().delete_passkey(world.pairs["tab"].access_token, passkey_id(world))
    assert removed.status == 200
    return lambda app: app.create_passkey(world.pairs["tab"].access_token, ticket, credential)


@scenario("create_passkey", 401, "invalid_passkey")
def add_from_elsewhere(world: World) -> Act:
    pair, _ = trusted(world)
    ticket, credential = made(world, pair, Device(), origin=ELSEWHERE)
    return lambda app: app.create_passkey(pair.access_token, ticket, credential)


@scenario("create_passkey", 409, "factor_exists")
def add_one_that_is_there(world: World) -> Act:
    pair = three_sessions(world)
    ticket, credential = made(world, pair, Device())
    added = world.app().create_passkey(pair.access_token, ticket, credential)
    assert added.status == 201
    _take_the_new_token(world, pair)
    return lambda app: app.create_passkey(world.pairs["tab"].access_token, ticket, credential)


def _take_the_new_token(world: World, pair: Pair) -> None:
    """A session that has shown its passkey says so in its newest token."""
    world.clock.advance(1)
    renewed = world.app().refresh(pair)
    assert renewed.status == 200
    world.hold("tab", renewed)


@scenario("create_passkey", 409, "too_many_passkeys")
def add_one_too_many(world: World) -> Act:
    pair, _ = trusted(world)
    ticket, credential = made(world, pair, Device())
    [item] = passkey_items(world)
    more = [item | {"FactorId": f"{item['FactorId'][:-2]}{number:02}",
                    "credential_id": f"credential-{number}"}
            for number in range(MOST_PASSKEYS - 1)]
    world.cloud.fill("factors", [*world.items("factors"), *more])
    return lambda app: app.create_passkey(pair.access_token, ticket, credential)


@scenario("rename_passkey", 200)
def rename(world: World) -> Act:
    pair, _ = trusted(world)
    named = passkey_id(world)
    return lambda app: app.rename_passkey(pair.access_token, named, "Laptop")


@scenario("rename_passkey", 404, "not_found")
def rename_what_is_not_there(world: World) -> Act:
    pair = signed_in(world)
    return lambda app: app.rename_passkey(pair.access_token, "x", "Laptop")


@scenario("delete_passkey", 200, retried=(404, "not_found"), notifies=True, **MAIL)
def remove_one_of_two(world: World) -> Act:
    """The session of another device, in which a passkey was shown, ends with it."""
    pair, device = trusted(world)
    assert world.app().sign_in_by(device).status == 201
    assert world.app().add_passkey(pair.access_token, Device()).status == 201
    named = passkey_id(world)
    return lambda app: app.delete_passkey(pair.access_token, named)


@scenario("delete_passkey", 200, retried=(404, "not_found"), notifies=True, **MAIL)
def remove_the_last(world: World) -> Act:
    pair, _ = trusted(world)
    named = passkey_id(world)
    return lambda app: app.delete_passkey(pair.access_token, named)


@scenario("delete_passkey", 200, retried=(404, "not_found"), notifies=True, **MAIL)
def remove_the_last_beside_an_app(world: World) -> Act:
    pair, _ = with_an_app(world)
    named = passkey_id(world)
    return lambda app: app.delete_passkey(pair.access_token, named)


@scenario("delete_passkey", 409, "last_way_in")
def remove_the_last_way_in(world: World) -> Act:
    pair, _ = alone(world)
    named = passkey_id(world)
    return lambda app: app.delete_passkey(pair.access_token, named)


@scenario("delete_passkey", 404, "not_found")
def remove_what_is_not_there(world: World) -> Act:
    pair, _ = trusted(world)
    return lambda app: app.delete_passkey(pair.access_token, "x")


@scenario("delete_passkey", 401, "reauthentication_required")
def remove_too_late(world: World) -> Act:
    pair, _ = trusted(world)
    named = passkey_id(world)
    world.clock.advance(600)
    return lambda app: app.delete_passkey(pair.access_token, named)


def with_an_app(world: World) -> tuple[Pair, Device]:
    """She has turned an app on, too."""
    pair, device = trusted(world)
    app = world.app().begin_enrolment(pair.access_token)
    confirmed = world.app().confirm_totp(pair.access_token, app.code(world.clock.now))
    assert (confirmed.status, confirmed.body["recovery_codes"]) == (200, [])
    world.clock.advance(STEP_SECONDS)
    return pair, device


@scenario("confirm_totp", 200, retried=(409, "factor_exists"), notifies=True, **MAIL)
def turn_an_app_on_beside_a_passkey(world: World) -> Act:
    pair, _ = trusted(world)
    app = world.app().begin_enrolment(pair.access_token)
    code = app.code(world.clock.now)
    return lambda app: app.confirm_totp(pair.access_token, code)


@scenario("delete_totp", 200, retried=(404, "not_found"), notifies=True, **MAIL)
def turn_an_app_off_beside_a_passkey(world: World) -> Act:
    pair, _ = with_an_app(world)
    return lambda app: app.delete_totp(pair.access_token)


@scenario("begin_passkey_sign_in", 200)
def begin_to_sign_in(world: World) -> Act:
    return lambda app: app.begin_passkey_sign_in()


@scenario("begin_passkey_sign_in", 200)
def begin_the_second_step(world: World) -> Act:
    owned(world)
    ticket = world.app().ticket()
    return lambda app: app.begin_passkey_sign_in(ticket=ticket)


@scenario("begin_passkey_sign_in", 200)
def begin_to_show_a_passkey_again(world: World) -> Act:
    pair, _ = trusted(world)
    return lambda app: app.begin_passkey_sign_in(pair.access_token)


@scenario("begin_passkey_sign_in", 401, "invalid_ticket")
def begin_the_second_step_of_nobody(world: World) -> Act:
    return lambda app: app.begin_passkey_sign_in(ticket="no ticket")


@scenario("begin_passkey_sign_in", 404, "not_found")
def begin_to_show_what_is_not_there(world: World) -> Act:
    pair = signed_in(world)
    return lambda app: app.begin_passkey_sign_in(pair.access_token)


@scenario("begin_passkey_sign_in", 404, "passkeys_not_configured", **NONE)
def begin_to_sign_in_where_there_are_none(world: World) -> Act:
    return lambda app: app.begin_passkey_sign_in()


@scenario("create_passkey_session", 201, session="new")
def sign_in_by_a_passkey(world: World) -> Act:
    browser = signing_in(world, owned(world))
    return lambda app: app.passkey_session(*browser.answer())


@scenario("create_passkey_session", 201, session="new", max_sessions=2)
def sign_in_by_a_passkey_beyond_the_cap(world: World) -> Act:
    device = owned(world)
    for name in ("oldest", "older", "old"):
        world.hold(name, world.app().sign_in_by(device))
        world.clock.advance(1)
    browser = signing_in(world, device)
    return lambda app: app.passkey_session(*browser.answer())


@scenario("create_passkey_session", 201, session="new")
def finish_by_a_passkey(world: World) -> Act:
    device = owned(world)
    # The ticket of a password is good for one try.
    browser = signing_in(world, device, world.app().ticket(), world.app().ticket())
    return lambda app: app.passkey_session(*browser.answer())


@scenario("create_passkey_session", 401, "invalid_ticket")
def sign_in_by_an_answer_that_was_used(world: World) -> Act:
    answer = signing_in(world, owned(world)).answer()
    world.hold("tab", world.app().passkey_session(*answer))
    return lambda app: app.passkey_session(*answer)


@scenario("create_passkey_session", 401, "invalid_passkey")
def sign_in_from_elsewhere(world: World) -> Act:
    browser = signing_in(world, owned(world))
    return lambda app: app.passkey_session(*browser.answer(origin=ELSEWHERE))


@scenario("create_passkey_session", 401, "invalid_passkey")
def sign_in_by_a_copy(world: World) -> Act:
    """Its counter is behind that of the passkey."""
    device = owned(world)
    begun = world.app().begin_passkey_sign_in().body
    answer = device.answer(begun["public_key"])
    world.hold("tab", world.app().sign_in_by(device))
    return lambda app: app.passkey_session(begun["ticket"], answer)


@scenario("create_passkey_session", 401, "unknown_passkey")
def sign_in_by_what_was_removed(world: World) -> Act:
    pair, device = trusted(world)
    answer = signing_in(world, device).answer()
    removed = world.app().delete_passkey(pair.access_token, passkey_id(world))
    assert removed.status == 200
    return lambda app: app.passkey_session(*answer)


@scenario("create_passkey_session", 401, "account_blocked")
def sign_in_by_a_passkey_while_blocked(world: World) -> Act:
    browser = signing_in(world, owned(world))
    world.cloud.change("users", blocked_at=world.clock.now)
    return lambda app: app.passkey_session(*browser.answer())


@scenario("create_passkey_session", 401, "bad_credentials", **QUIET)
def sign_in_by_a_passkey_unverified(world: World) -> Act:
    browser = signing_in(world, owned(world))
    return lambda app: app.passkey_session(*browser.answer())


@scenario("create_passkey_session", 429, "too_many_attempts", wait_seconds=60)
def sign_in_by_a_passkey_too_often(world: World) -> Act:
    browser = signing_in(world, owned(world))
    expires_at = world.clock.now + 300
    tickets = " ".join(f"ticket-{number}.{expires_at}" for number in range(MOST_TICKETS))
    world.cloud.fill("factors", [item | ({"tickets": tickets} if is_passkey(item["FactorId"])
                                         else {}) for item in world.items("factors")])
    return lambda app: app.passkey_session(*browser.answer())


@scenario("reauthenticate_by_passkey", 200, session="tab")
def show_a_passkey_again(world: World) -> Act:
    pair, device = trusted(world)
    world.clock.advance(600)
    browser = Browser(world, device, *(world.app().begin_passkey_sign_in(pair.access_token)
                                       for _ in range(2)))
    return lambda app: app.show_passkey(pair.access_token, *browser.answer())


@scenario("reauthenticate_by_passkey", 401, "invalid_ticket")
def show_a_passkey_to_another_ceremony(world: World) -> Act:
    pair, device = trusted(world)
    browser = signing_in(world, device)
    return lambda app: app.show_passkey(pair.access_token, *browser.answer())


@scenario("reauthenticate_by_passkey", 401, "invalid_passkey")
def show_a_passkey_from_elsewhere(world: World) -> Act:
    pair, device = trusted(world)
    browser = Browser(world, device, world.app().begin_passkey_sign_in(pair.access_token))
    return lambda app: app.show_passkey(pair.access_token, *browser.answer(origin=ELSEWHERE))


@scenario("create_user", 202, **QUIET)
def ask_to_sign_up(world: World) -> Act:
    return lambda app: app.ask_to_sign_up()


@scenario("send_mail", 200, **QUIET)
def send_an_invitation(world: World) -> Act:
    return sending(Errand(Occasion.SIGN_UP, EMAIL, ""))


@scenario("begin_passkey_sign_up", 200, **QUIET)
def begin_to_sign_up(world: World) -> Act:
    token = invitation(world)
    return lambda app: app.begin_passkey_sign_up(token)


@scenario("begin_passkey_sign_up", 400, "invalid_link", **QUIET)
def begin_to_sign_up_without_a_link(world: World) -> Act:
    return lambda app: app.begin_passkey_sign_up("no link")


@scenario("create_passkey_user", 201, session="new", **QUIET)
def sign_up_by_a_passkey(world: World) -> Act:
    """Whose answer was lost signs in with the passkey."""
    device, token = Device(), invitation(world)
    begun = world.app(**QUIET).begin_passkey_sign_up(token).body
    credential, browser = device.make(begun["public_key"]), signing_in(world, device)

    def act(app: HandlersAlone) -> Answer:
        answer = app.create_passkey_user(token, begun["ticket"], credential)
        if answer.status in (400, 409):
            return app.passkey_session(*browser.answer())
        return answer

    return act


@scenario("create_passkey_user", 409, "user_exists", **QUIET)
def sign_up_where_there_is_an_account(world: World) -> Act:
    device, token = Device(), invitation(world)
    begun = world.app(**QUIET).begin_passkey_sign_up(token).body
    credential = device.make(begun["public_key"])
    signed_up(world)
    return lambda app: app.create_passkey_user(token, begun["ticket"], credential)


@scenario("create_passkey_user", 400, "invalid_link", **QUIET)
def sign_up_by_a_link_that_was_used(world: World) -> Act:
    device, token = Device(), invitation(world)
    begun = world.app(**QUIET).begin_passkey_sign_up(token).body
    credential = device.make(begun["public_key"])
    world.hold("tab", world.app(**QUIET).create_passkey_user(token, begun["ticket"], credential))
    return lambda app: app.create_passkey_user(token, begun["ticket"], credential)


@scenario("create_passkey_user", 401, "invalid_ticket", **QUIET)
def sign_up_by_the_ticket_of_another_link(world: World) -> Act:
    begun = world.app(**QUIET).begin_passkey_sign_up(invitation(world)).body
    token, credential = invitation(world), Device().make(begun["public_key"])
    return lambda app: app.create_passkey_user(token, begun["ticket"], credential)


@scenario("create_passkey_user", 401, "invalid_passkey", **QUIET)
def sign_up_from_elsewhere(world: World) -> Act:
    token = invitation(world)
    begun = world.app(**QUIET).begin_passkey_sign_up(token).body
    credential = Device().make(begun["public_key"], origin=ELSEWHERE)
    return lambda app: app.create_passkey_user(token, begun["ticket"], credential)


@scenario("delete_user", 200, retried=(401, "unauthorized"), own="tab")
def leave_without_a_password(world: World) -> Act:
    pair, _ = alone(world)
    return lambda app: app.leave_without_password(pair.access_token)


@scenario("delete_user", 401, "reauthentication_required")
def leave_without_a_password_too_late(world: World) -> Act:
    pair, _ = alone(world)
    world.clock.advance(600)
    return lambda app: app.leave_without_password(pair.access_token)


@scenario("delete_user", 400, "invalid_request")
def leave_without_the_password_that_one_has(world: World) -> Act:
    pair, _ = trusted(world)
    return lambda app: app.leave_without_password(pair.access_token)


@scenario("reset_password", 200, notifies=True, **MAIL)
def reset_where_a_stranger_may_have_added_a_passkey(world: World) -> Act:
    """Nobody had shown that the address is theirs, so the passkey goes."""
    trusted(world)
    token = link(world, Purpose.RESET_PASSWORD)
    return lambda app: app.reset_password(token)


@scenario("reset_password", 200, notifies=True, **MAIL)
def give_an_account_its_first_password(world: World) -> Act:
    alone(world)
    token = link(world, Purpose.RESET_PASSWORD)
    return lambda app: app.reset_password(token)
