"""Request units of second factors, and of showing again who one is."""

from tests.dynamodb_local.operations import Act, Desk, operation
from tests.support.application import PASSWORD


@operation("sign-in with a second factor, the first step", 3, 2)
def first_step(desk: Desk) -> Act:
    desk.protected()
    return desk.app.sign_in


@operation("sign-in with a second factor, the second step", 7, 6)
def second_step(desk: Desk) -> Act:
    _, enrolled = desk.protected()
    ticket, code = desk.app.ticket(), desk.app.next_code(enrolled.app)
    return lambda: desk.app.second_step(ticket, code)


@operation("the second step with a recovery code", 7, 6)
def second_step_on_paper(desk: Desk) -> Act:
    _, enrolled = desk.protected()
    ticket = desk.app.ticket()
    return lambda: desk.app.second_step(ticket, enrolled.recovery_codes[0])


@operation("the second step with a wrong code", 3, 1)
def second_step_refused(desk: Desk) -> Act:
    _, enrolled = desk.protected()
    ticket, code = desk.app.ticket(), enrolled.app.wrong_code(desk.clock.now)
    return lambda: desk.app.second_step(ticket, code)


@operation("PUT /session/authentication with the password", 4, 3)
def by_password(desk: Desk) -> Act:
    pair = desk.signed_in()
    return lambda: desk.app.reauthenticate(pair.access_token, password=PASSWORD)


@operation("PUT /session/authentication with a code", 4, 4)
def by_code(desk: Desk) -> Act:
    pair, enrolled = desk.protected()
    code = desk.app.next_code(enrolled.app)
    return lambda: desk.app.reauthenticate(pair.access_token, code=code)


@operation("GET /factors", 1, 0)
def list_factors(desk: Desk) -> Act:
    pair, _ = desk.protected()
    return lambda: desk.app.list_factors(pair.access_token)


@operation("POST /factors/totp", 3, 1)
def create_totp(desk: Desk) -> Act:
    pair = desk.signed_in()
    return lambda: desk.app.create_totp(pair.access_token)


@operation("PUT /factors/totp, no other session", 7, 9)
def confirm_totp(desk: Desk) -> Act:
    pair = desk.signed_in()
    app = desk.app.begin_enrolment(pair.access_token)
    return lambda: desk.app.confirm_totp(pair.access_token, app.code(desk.clock.now))


@operation("POST /factors/recovery-codes", 4, 1)
def create_recovery_codes(desk: Desk) -> Act:
    pair, _ = desk.protected()
    return lambda: desk.app.create_recovery_codes(pair.access_token)


@operation("DELETE /factors/totp", 4, 6)
def delete_totp(desk: Desk) -> Act:
    pair, _ = desk.protected()
    return lambda: desk.app.delete_totp(pair.access_token)
