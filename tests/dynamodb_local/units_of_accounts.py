"""Request units of the account: what is held, password, mail, leaving."""

from shared.mail.errands import Errand
from shared.mail.notices import NoticeErrand
from shared.tokens.mail_tokens import Purpose
from tests.dynamodb_local.operations import Act, Desk, operation
from tests.support.account_owner import NEW_EMAIL


def last_notice(desk: Desk) -> Errand | NoticeErrand:
    errand = desk.courier.errands[-1]
    assert isinstance(errand, NoticeErrand)
    return errand


@operation("GET /user", 2, 0)
def account(desk: Desk) -> Act:
    pair = desk.signed_in()
    return lambda: desk.app.account(pair.access_token)


@operation("PUT /user/password, one other session", 10, 7)
def change_password(desk: Desk) -> Act:
    pair = desk.signed_in()
    desk.app.sign_in()
    return lambda: desk.app.change_password(pair.access_token)


@operation("PUT /user/email", 3, 2)
def change_email(desk: Desk) -> Act:
    pair = desk.signed_in()
    return lambda: desk.app.change_email(pair.access_token)


@operation("PUT /user/email/confirmation, one other session", 7, 8)
def confirm_email(desk: Desk) -> Act:
    token = desk.link(Purpose.CHANGE_EMAIL, NEW_EMAIL)
    pair = desk.app.sign_in().pair
    desk.app.sign_in()
    return lambda: desk.app.confirm_email(token, pair.access_token)


@operation("POST /user/password-reset", 0, 2)
def ask_reset(desk: Desk) -> Act:
    desk.app.sign_up()
    return desk.app.forget_password


@operation("sendMail", 1, 2)
def send_mail(desk: Desk) -> Act:
    desk.app.sign_up()
    desk.app.forget_password()
    return lambda: desk.courier.do(desk.courier.errands[-1])


@operation("sendMail, a notice", 1, 1)
def send_notice(desk: Desk) -> Act:
    token = desk.link(Purpose.VERIFY_EMAIL)
    desk.app.verify(token)
    return lambda: desk.courier.do(last_notice(desk))


@operation("sendMail, a notice to an address that is not verified", 1, 3)
def send_notice_to_anybody(desk: Desk) -> Act:
    pair = desk.signed_in()
    desk.app.change_password(pair.access_token)
    return lambda: desk.courier.do(last_notice(desk))


@operation("PUT /user/password-reset, one session", 5, 2)
def reset_password(desk: Desk) -> Act:
    token = desk.link(Purpose.RESET_PASSWORD)
    desk.app.sign_in()
    return lambda: desk.app.reset_password(token)


@operation("POST /user/email-verification", 0, 2)
def ask_verification(desk: Desk) -> Act:
    desk.app.sign_up()
    return desk.app.ask_verification


@operation("PUT /user/email-verification", 7, 5)
def verify_email(desk: Desk) -> Act:
    token = desk.link(Purpose.VERIFY_EMAIL)
    return lambda: desk.app.verify(token)


@operation("GET /user/export", 9, 0)
def export(desk: Desk) -> Act:
    pair = desk.signed_in()
    return lambda: desk.app.export(pair.access_token)


@operation("DELETE /user, one session", 6, 10)
def leave(desk: Desk) -> Act:
    pair = desk.signed_in()
    return lambda: desk.app.leave(pair.access_token)
