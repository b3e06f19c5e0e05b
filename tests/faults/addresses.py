"""Another address of an account: the request for it, and its confirmation."""

from shared.tokens.mail_tokens import Purpose
from tests.faults.scenario import Act, link, scenario, signed_in, three_sessions
from tests.faults.world import MAIL, World
from tests.support.account_owner import NEW_EMAIL
from tests.support.application import EMAIL


@scenario("change_email", 202, notifies=True, **MAIL)
def ask_for_another_address(world: World) -> Act:
    pair = signed_in(world)
    return lambda app: app.change_email(pair.access_token)


@scenario("change_email", 401, "reauthentication_required", **MAIL)
def ask_for_another_address_too_late(world: World) -> Act:
    pair = signed_in(world)
    world.clock.advance(600)
    return lambda app: app.change_email(pair.access_token)


@scenario("change_email", 400, "invalid_request", **MAIL)
def ask_for_the_present_address(world: World) -> Act:
    pair = signed_in(world)
    return lambda app: app.change_email(pair.access_token, EMAIL)


@scenario("confirm_email", 200, session="tab", notifies=True, **MAIL)
def change_the_address(world: World) -> Act:
    pair = three_sessions(world)
    token = link(world, Purpose.CHANGE_EMAIL, NEW_EMAIL)
    return lambda app: app.confirm_email(token, pair.access_token)


@scenario("confirm_email", 200, session="tab", **MAIL)
def repeat_a_change_of_the_address(world: World) -> Act:
    pair = three_sessions(world)
    token = link(world, Purpose.CHANGE_EMAIL, NEW_EMAIL)
    assert world.app(**MAIL).confirm_email(token, pair.access_token).status == 200
    return lambda app: app.confirm_email(token, pair.access_token)


@scenario("confirm_email", 409, "user_exists", **MAIL)
def change_to_an_address_that_was_claimed_meanwhile(world: World) -> Act:
    pair = signed_in(world)
    token = link(world, Purpose.CHANGE_EMAIL, NEW_EMAIL)
    assert world.app().sign_up(NEW_EMAIL).status == 201
    return lambda app: app.confirm_email(token, pair.access_token)


@scenario("confirm_email", 400, "invalid_link", **MAIL)
def change_the_address_by_a_link_of_no_use(world: World) -> Act:
    pair = signed_in(world)
    token = link(world, Purpose.VERIFY_EMAIL)
    return lambda app: app.confirm_email(token, pair.access_token)
