"""Second factors: added, shown, replaced and removed. A code that was spent on a request that
failed is lost, and so a person who tries again types the next one."""

from collections.abc import Callable

from shared.tokens.mail_tokens import Purpose
from tests.dynamodb_local.handlers_alone import HandlersAlone
from tests.faults.scenario import (Act, link, scenario, signed_in, signed_up,
                                   three_sessions)
from tests.faults.world import MAIL, World
from tests.support.application import PASSWORD, Answer, Pair
from tests.support.second_factors import STEP_SECONDS, Enrolled

Code = Callable[[HandlersAlone], str]


def _enrolled(world: World) -> Enrolled:
    """Ada has turned an app on; she is not signed in, and all codes of now are good."""
    pair = signed_up(world).sign_in().pair
    enrolled = world.app().enrol(pair.access_token)
    world.cloud.drop("sessions")
    world.clock.advance(3 * STEP_SECONDS)
    return enrolled


def _trusted(world: World) -> tuple[Pair, Enrolled]:
    """She has just signed in in two steps."""
    enrolled = _enrolled(world)
    pair = world.hold("tab", world.app().sign_in_with(enrolled.recovery_codes[9]))
    return pair, enrolled


def _item(world: World, factor_id: str) -> dict[str, int | str]:
    [item] = [item for item in world.items("factors") if item["FactorId"] == factor_id]
    return item


def _next_code(world: World, enrolled: Enrolled) -> str:
    """Return the first code of the app that was not used and is good now."""
    unused = int(_item(world, "totp").get("last_step", -1)) + 1
    first = max(unused, world.clock.now // STEP_SECONDS - 1)
    return enrolled.app.code(first * STEP_SECONDS)


def _next_recovery_code(world: World, enrolled: Enrolled) -> str:
    left = _item(world, "recovery")
    return next(code for number, code in enumerate(enrolled.recovery_codes)
                if f"code_{number}" in left)


def _in_two_steps(app: HandlersAlone, code: Callable[[], str], device_token: str = "") -> Answer:
    first = app.sign_in(device_token=device_token)
    if first.status != 401 or first.name != "second_factor_required":
        return first
    return app.second_step(str(first.body["ticket"]), code())


@scenario("list_factors", 200)
def list_factors(world: World) -> Act:
    pair, _ = _trusted(world)
    return lambda app: app.list_factors(pair.access_token)


@scenario("create_totp", 201)
def begin_enrolment(world: World) -> Act:
    pair = signed_in(world)
    return lambda app: app.create_totp(pair.access_token)


@scenario("create_totp", 409, "factor_exists")
def begin_another_enrolment(world: World) -> Act:
    pair, _ = _trusted(world)
    return lambda app: app.create_totp(pair.access_token)


@scenario("create_totp", 401, "reauthentication_required")
def begin_enrolment_too_late(world: World) -> Act:
    pair = signed_in(world)
    world.clock.advance(600)
    return lambda app: app.create_totp(pair.access_token)


@scenario("create_totp", 401, "reauthentication_required")
def begin_another_enrolment_too_late(world: World) -> Act:
    pair, _ = _trusted(world)
    world.clock.advance(600)
    return lambda app: app.create_totp(pair.access_token)


@scenario("confirm_totp", 200, retried=(409, "factor_exists"),
          or_else=(401, "reauthentication_required"), notifies=True, **MAIL)
def turn_an_app_on(world: World) -> Act:
    """Whose recovery codes were lost with the answer shows a code again, and makes others."""
    pair = three_sessions(world)
    app = world.app().begin_enrolment(pair.access_token)
    code = app.code(world.clock.now)
    return lambda app: app.confirm_totp(pair.access_token, code)


@scenario("confirm_totp", 401, "invalid_code")
def turn_an_app_on_by_a_wrong_code(world: World) -> Act:
    pair = three_sessions(world)
    wrong = world.app().begin_enrolment(pair.access_token).wrong_code(world.clock.now)
    return lambda app: app.confirm_totp(pair.access_token, wrong)


@scenario("confirm_totp", 404, "not_found")
def turn_on_what_is_not_there(world: World) -> Act:
    pair = three_sessions(world)
    return lambda app: app.confirm_totp(pair.access_token, "000000")


@scenario("create_recovery_codes", 201, notifies=True, **MAIL)
def replace_recovery_codes(world: World) -> Act:
    pair, _ = _trusted(world)
    return lambda app: app.create_recovery_codes(pair.access_token)


@scenario("create_recovery_codes", 404, "not_found")
def replace_no_recovery_codes(world: World) -> Act:
    pair = signed_in(world)
    return lambda app: app.create_recovery_codes(pair.access_token)


@scenario("delete_totp", 200, retried=(404, "not_found"), notifies=True, **MAIL)
def turn_an_app_off(world: World) -> Act:
    pair, _ = _trusted(world)
    return lambda app: app.delete_totp(pair.access_token)


@scenario("delete_totp", 401, "reauthentication_required")
def turn_an_app_off_too_late(world: World) -> Act:
    pair, _ = _trusted(world)
    world.clock.advance(600)
    return lambda app: app.delete_totp(pair.access_token)


@scenario("reauthenticate", 200, session="tab")
def show_the_password_again(world: World) -> Act:
    pair = signed_in(world)
    world.clock.advance(600)
    return lambda app: app.reauthenticate(pair.access_token, password=PASSWORD)


@scenario("reauthenticate", 401, "bad_credentials")
def show_a_wrong_password(world: World) -> Act:
    pair = signed_in(world)
    return lambda app: app.reauthenticate(pair.access_token, password="not it")


@scenario("reauthenticate", 401, "reauthentication_required")
def show_a_password_alone(world: World) -> Act:
    pair, _ = _trusted(world)
    return lambda app: app.reauthenticate(pair.access_token, password=PASSWORD)


@scenario("reauthenticate", 200, session="tab")
def show_a_code(world: World) -> Act:
    pair, enrolled = _trusted(world)
    world.clock.advance(600)
    return lambda app: app.reauthenticate(pair.access_token, code=_next_code(world, enrolled))


@scenario("reauthenticate", 200, session="tab", notifies=True, **MAIL)
def show_a_recovery_code(world: World) -> Act:
    pair, enrolled = _trusted(world)
    world.clock.advance(600)
    return lambda app: app.reauthenticate(pair.access_token,
                                          code=_next_recovery_code(world, enrolled))


@scenario("reauthenticate", 401, "invalid_code")
def show_a_wrong_code(world: World) -> Act:
    pair, enrolled = _trusted(world)
    wrong = enrolled.app.wrong_code(world.clock.now)
    return lambda app: app.reauthenticate(pair.access_token, code=wrong)


@scenario("create_session", 201, session="new")
def sign_in_by_a_code(world: World) -> Act:
    enrolled = _enrolled(world)
    return lambda app: _in_two_steps(app, lambda: _next_code(world, enrolled))


@scenario("create_session", 201, session="new")
def sign_in_by_a_code_on_a_known_device(world: World) -> Act:
    enrolled = _enrolled(world)
    token = world.app().sign_in_with(enrolled.recovery_codes[9]).device_token
    world.cloud.drop("sessions")
    return lambda app: _in_two_steps(app, lambda: _next_code(world, enrolled), token)


@scenario("create_session", 201, session="new", notifies=True, **MAIL)
def sign_in_by_a_recovery_code(world: World) -> Act:
    enrolled = _enrolled(world)
    return lambda app: _in_two_steps(app, lambda: _next_recovery_code(world, enrolled))


@scenario("create_session", 401, "invalid_code")
def sign_in_by_a_wrong_code(world: World) -> Act:
    wrong = _enrolled(world).app.wrong_code(world.clock.now)
    return lambda app: _in_two_steps(app, lambda: wrong)


@scenario("create_session", 401, "invalid_ticket")
def sign_in_by_a_ticket_that_was_used(world: World) -> Act:
    enrolled = _enrolled(world)
    ticket = world.app().ticket()
    used = world.app().second_step(ticket, enrolled.recovery_codes[9])
    world.hold("tab", used)
    return lambda app: app.second_step(ticket, _next_code(world, enrolled))


@scenario("create_session", 201, session="new", require_second_factor=True)
def sign_in_with_a_factor_to_enrol(world: World) -> Act:
    signed_up(world)
    return lambda app: app.sign_in()


@scenario("verify_email", 201, session="new", notifies=True, require_second_factor=True, **MAIL)
def verify_with_a_factor_to_enrol(world: World) -> Act:
    signed_up(world)
    token = link(world, Purpose.VERIFY_EMAIL)
    return lambda app: app.verify(token)


@scenario("verify_email", 401, "second_factor_required", notifies=True, **MAIL)
def verify_by_a_password_that_is_not_enough(world: World) -> Act:
    _enrolled(world)
    token = link(world, Purpose.VERIFY_EMAIL)
    return lambda app: app.verify(token)


@scenario("change_password", 200, retried=(401, "unauthorized"), session="tab", own="tab",
          require_second_factor=True)
def change_a_password_with_a_factor_to_enrol(world: World) -> Act:
    pair = three_sessions(world)
    return lambda app: app.change_password(pair.access_token)


@scenario("change_password", 401, "reauthentication_required")
def change_a_password_too_late_for_the_factor(world: World) -> Act:
    pair, _ = _trusted(world)
    world.clock.advance(600)
    return lambda app: app.change_password(pair.access_token)


@scenario("change_email", 401, "reauthentication_required", **MAIL)
def change_an_address_too_late_for_the_factor(world: World) -> Act:
    pair, _ = _trusted(world)
    world.clock.advance(600)
    return lambda app: app.change_email(pair.access_token)


@scenario("delete_user", 200, retried=(401, "unauthorized"), own="tab")
def leave_with_a_factor(world: World) -> Act:
    pair, _ = _trusted(world)
    return lambda app: app.leave(pair.access_token)


@scenario("change_password", 200, retried=(401, "unauthorized"), session="tab", own="tab",
          notifies=True, **MAIL)
def change_a_password_with_a_factor(world: World) -> Act:
    pair, _ = _trusted(world)
    return lambda app: app.change_password(pair.access_token)
