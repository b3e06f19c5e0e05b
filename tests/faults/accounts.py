"""The account: what is held, password, mail, leaving."""

from lambda_functions import send_mail
from shared.errors import Unavailable
from shared.gateway.asynchronous import Failed
from shared.mail.errands import Errand, Occasion
from shared.mail.notices import Notice, NoticeErrand
from shared.tokens.mail_tokens import Purpose
from tests.dynamodb_local.handlers_alone import HandlersAlone
from tests.faults.scenario import (DONE, UNKNOWN, Act, link, scenario, signed_in,
                                   signed_up, three_sessions)
from tests.faults.world import MAIL, World
from tests.support.account_owner import NEW_PASSWORD
from tests.support.application import EMAIL, PASSWORD, Answer
from tests.support.events import LambdaContext


@scenario("get_user", 200)
def account(world: World) -> Act:
    pair = signed_in(world)
    return lambda app: app.account(pair.access_token)


@scenario("change_password", 200, retried=(401, "unauthorized"), session="tab", own="tab",
          notifies=True, **MAIL)
def change_password(world: World) -> Act:
    pair = three_sessions(world)
    return lambda app: app.change_password(pair.access_token, PASSWORD, NEW_PASSWORD)


@scenario("change_password", 401, "bad_credentials")
def change_a_password_one_does_not_know(world: World) -> Act:
    pair = signed_in(world)
    return lambda app: app.change_password(pair.access_token, "not it", NEW_PASSWORD)


@scenario("change_password", 401, "bad_credentials")
def change_a_password_that_was_just_changed(world: World) -> Act:
    """The new one might be the retry of that change, so it is a guess as well."""
    pair = world.hold("tab", world.app().change_password(signed_in(world).access_token))
    return lambda app: app.change_password(pair.access_token, "not it", f"also {NEW_PASSWORD}")


@scenario("request_password_reset", 202, **MAIL)
def ask_for_a_reset(world: World) -> Act:
    signed_in(world)
    return lambda app: app.forget_password()


@scenario("request_password_reset", 202, **MAIL)
def ask_for_a_reset_of_an_unknown_address(world: World) -> Act:
    return lambda app: app.forget_password(UNKNOWN)


@scenario("reset_password", 200, notifies=True, **MAIL)
def reset_password(world: World) -> Act:
    three_sessions(world)
    token = link(world, Purpose.RESET_PASSWORD)
    return lambda app: app.reset_password(token)


@scenario("request_email_verification", 202, **MAIL)
def ask_for_verification(world: World) -> Act:
    signed_up(world)
    return lambda app: app.ask_verification()


@scenario("verify_email", 201, session="new", notifies=True, **MAIL)
def verify_and_sign_in(world: World) -> Act:
    signed_up(world)
    token = link(world, Purpose.VERIFY_EMAIL)
    return lambda app: app.verify(token)


@scenario("verify_email", 201, session="new", notifies=True, **MAIL | {"max_sessions": 2})
def verify_and_sign_in_beyond_the_cap(world: World) -> Act:
    for name in ("oldest", "older", "old"):
        signed_in(world, name)
        world.clock.advance(1)
    token = link(world, Purpose.VERIFY_EMAIL)
    return lambda app: app.verify(token)


@scenario("verify_email", 401, "bad_credentials", **MAIL)
def verify_with_a_wrong_password(world: World) -> Act:
    signed_up(world)
    token = link(world, Purpose.VERIFY_EMAIL)
    return lambda app: app.verify(token, "not it")


@scenario("verify_email", 200, notifies=True, **MAIL)
def verify_signed_in(world: World) -> Act:
    pair = signed_in(world)
    token = link(world, Purpose.VERIFY_EMAIL)
    return lambda app: app.verify_signed_in(token, pair.access_token)


@scenario("reset_password", 200, notifies=True, **MAIL)
def repeat_a_reset(world: World) -> Act:
    three_sessions(world)
    token = link(world, Purpose.RESET_PASSWORD)
    assert world.app(**MAIL).reset_password(token).status == 200
    return lambda app: app.reset_password(token)


@scenario("send_mail", 200, **MAIL)
def send_a_mail(world: World) -> Act:
    signed_up(world)
    return sending(Errand(Occasion.RESET_PASSWORD, EMAIL, ""))


@scenario("send_mail", 200, **MAIL)
def send_a_notice(world: World) -> Act:
    signed_up(world)
    return sending(NoticeErrand(Notice.PASSWORD_CHANGED, EMAIL, world.clock.now, "", ""))


def sending(errand: Errand | NoticeErrand) -> Act:
    """Lambda repeats an invocation that has failed."""
    def act(app: HandlersAlone) -> Answer:
        try:
            send_mail.handler(errand.as_event(), LambdaContext("sendMail"), app.services)
        except Failed:
            raise Unavailable from None
        return DONE

    return act


@scenario("delete_user", 200, retried=(401, "unauthorized"), own="tab")
def leave(world: World) -> Act:
    pair = three_sessions(world)
    return lambda app: app.leave(pair.access_token)


@scenario("export_user", 200)
def export(world: World) -> Act:
    pair = signed_in(world)
    return lambda app: app.export(pair.access_token)
