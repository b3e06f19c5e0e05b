"""Request units of passkeys, and of accounts that have nothing else."""

from shared.tokens.mail_tokens import MailClaims, Purpose
from tests.dynamodb_local.handlers_alone import claims
from tests.dynamodb_local.operations import Act, Desk, operation
from tests.support.application import EMAIL, Pair
from tests.support.authenticator import Device


def trusted(desk: Desk) -> tuple[Pair, Device]:
    """Somebody has added a passkey and signed in with it."""
    device = Device()
    desk.app.add_passkey(desk.signed_in().access_token, device)
    return desk.app.sign_in_by(device).pair, device


def begun_sign_up(desk: Desk) -> tuple[str, str, object]:
    """Return the token of a link, a ticket, and the passkey that was made for it."""
    token = desk.app.services.mail_tokens.mint(MailClaims("u-ada", 0, EMAIL), Purpose.SIGN_UP)
    begun = desk.app.begin_passkey_sign_up(token).body
    return token, begun["ticket"], Device().make(begun["public_key"])


def made(desk: Desk, pair: Pair) -> tuple[str, object]:
    begun = desk.app.begin_passkey(pair.access_token).body
    return begun["ticket"], Device().make(begun["public_key"])


def passkey_id(desk: Desk, pair: Pair) -> str:
    return str(desk.app.list_factors(pair.access_token).body["factors"][0]["id"])


@operation("POST /session/passkey/options", 0, 0)
def begin_sign_in(desk: Desk) -> Act:
    return desk.app.begin_passkey_sign_in


@operation("sign-in with a passkey", 7, 3)
def sign_in(desk: Desk) -> Act:
    _, device = trusted(desk)
    begun = desk.app.begin_passkey_sign_in().body
    answer = device.answer(begun["public_key"])
    return lambda: desk.app.passkey_session(begun["ticket"], answer)


@operation("sign-in with a passkey that is not known", 2, 0)
def sign_in_by_what_is_not_there(desk: Desk) -> Act:
    pair, device = trusted(desk)
    desk.app.delete_passkey(pair.access_token, passkey_id(desk, pair))
    begun = desk.app.begin_passkey_sign_in().body
    answer = device.answer(begun["public_key"])
    return lambda: desk.app.passkey_session(begun["ticket"], answer)


@operation("sign-in with a passkey, by an answer that was used", 1, 0)
def sign_in_by_what_was_used(desk: Desk) -> Act:
    _, device = trusted(desk)
    begun = desk.app.begin_passkey_sign_in().body
    answer = device.answer(begun["public_key"])
    desk.app.passkey_session(begun["ticket"], answer)
    return lambda: desk.app.passkey_session(begun["ticket"], answer)


@operation("POST /session/passkey/options for the second step", 3, 0)
def begin_second_step(desk: Desk) -> Act:
    trusted(desk)
    ticket = desk.app.ticket()
    return lambda: desk.app.begin_passkey_sign_in(ticket=ticket)


@operation("the second step with a passkey", 9, 4)
def second_step(desk: Desk) -> Act:
    _, device = trusted(desk)
    begun = desk.app.begin_passkey_sign_in(ticket=desk.app.ticket()).body
    answer = device.answer(begun["public_key"])
    return lambda: desk.app.passkey_session(begun["ticket"], answer)


@operation("POST /session/passkey/options in a session", 2, 0)
def begin_to_show(desk: Desk) -> Act:
    pair, _ = trusted(desk)
    return lambda: desk.app.begin_passkey_sign_in(pair.access_token)


@operation("PUT /session/passkey", 2, 2)
def show(desk: Desk) -> Act:
    pair, device = trusted(desk)
    begun = desk.app.begin_passkey_sign_in(pair.access_token).body
    answer = device.answer(begun["public_key"])
    return lambda: desk.app.show_passkey(pair.access_token, begun["ticket"], answer)


@operation("POST /factors/passkey/options", 4, 0)
def begin(desk: Desk) -> Act:
    pair, _ = trusted(desk)
    return lambda: desk.app.begin_passkey(pair.access_token)


@operation("POST /factors/passkey, the first factor and no other session", 7, 7)
def add_first(desk: Desk) -> Act:
    pair = desk.signed_in()
    ticket, credential = made(desk, pair)
    return lambda: desk.app.create_passkey(pair.access_token, ticket, credential)


@operation("POST /factors/passkey, another factor", 5, 5)
def add_another(desk: Desk) -> Act:
    pair, _ = trusted(desk)
    ticket, credential = made(desk, pair)
    return lambda: desk.app.create_passkey(pair.access_token, ticket, credential)


@operation("PUT /factors/passkey/{id}", 0, 1)
def rename(desk: Desk) -> Act:
    pair, _ = trusted(desk)
    named = passkey_id(desk, pair)
    return lambda: desk.app.rename_passkey(pair.access_token, named, "Laptop")


@operation("DELETE /factors/passkey/{id}, one of two", 7, 5)
def remove(desk: Desk) -> Act:
    pair, _ = trusted(desk)
    desk.app.add_passkey(pair.access_token, Device())
    named = passkey_id(desk, pair)
    return lambda: desk.app.delete_passkey(pair.access_token, named)


@operation("DELETE /factors/passkey/{id}, the last factor", 7, 9)
def remove_last(desk: Desk) -> Act:
    pair, _ = trusted(desk)
    named = passkey_id(desk, pair)
    return lambda: desk.app.delete_passkey(pair.access_token, named)


@operation("PUT /factors/totp beside a passkey", 5, 7)
def confirm_totp(desk: Desk) -> Act:
    pair, _ = trusted(desk)
    app = desk.app.begin_enrolment(pair.access_token)
    return lambda: desk.app.confirm_totp(pair.access_token, app.code(desk.clock.now))


@operation("DELETE /factors/totp beside a passkey", 4, 4)
def delete_totp(desk: Desk) -> Act:
    pair, _ = trusted(desk)
    desk.app.enrol(pair.access_token)
    return lambda: desk.app.delete_totp(pair.access_token)


@operation("POST /user/passkey/options", 1, 0)
def begin_sign_up(desk: Desk) -> Act:
    token = desk.app.services.mail_tokens.mint(MailClaims("u-ada", 0, EMAIL), Purpose.SIGN_UP)
    return lambda: desk.app.begin_passkey_sign_up(token)


@operation("POST /user/passkey", 5, 11)
def sign_up(desk: Desk) -> Act:
    token, ticket, credential = begun_sign_up(desk)
    return lambda: desk.app.create_passkey_user(token, ticket, credential)


@operation("DELETE /user without a password, no other session", 7, 10)
def leave(desk: Desk) -> Act:
    pair = desk.app.create_passkey_user(*begun_sign_up(desk)).pair
    return lambda: desk.app.leave_without_password(pair.access_token)


@operation("PUT /user/password-reset, two sessions and a passkey, the address not verified", 6, 10)
def reset(desk: Desk) -> Act:
    pair, _ = trusted(desk)
    token = desk.app.services.mail_tokens.mint(MailClaims(claims(pair.access_token)["sub"], 0),
                                               Purpose.RESET_PASSWORD)
    return lambda: desk.app.reset_password(token)
