"""Request units of sign-up and sign-in."""

from tests.dynamodb_local.operations import UNKNOWN, Act, Desk, operation


@operation("ping, preflight, JWK set, configuration", 0, 0)
def open_routes(desk: Desk) -> Act:
    return lambda: [desk.app.ping(), desk.app.preflight(), desk.app.jwks(),
                    desk.app.configuration()]


@operation("sign-up", 0, 5)
def sign_up(desk: Desk) -> Act:
    return desk.app.sign_up


@operation("sign-up with a taken address", 0, 5)
def taken(desk: Desk) -> Act:
    desk.app.sign_up()
    return desk.app.sign_up


@operation("sign-in", 6, 4)
def sign_in(desk: Desk) -> Act:
    desk.app.sign_up()
    return desk.app.sign_in


@operation("sign-in that ends the oldest of eleven sessions", 6, 5)
def eleventh(desk: Desk) -> Act:
    desk.app.sign_up()
    for _ in range(10):
        desk.app.sign_in()
        desk.clock.advance(1)
    return desk.app.sign_in


@operation("sign-in after five failures and a wait", 6, 5)
def after_failures(desk: Desk) -> Act:
    desk.app.sign_up()
    desk.fail(5)
    return desk.app.sign_in


@operation("sign-in that hashes an outdated password anew", 6, 5)
def rehash(desk: Desk) -> Act:
    desk.app.sign_up()
    desk.app.services.passwords._cost = 5
    return desk.app.sign_in


@operation("sign-in with a wrong password", 2, 2)
def wrong_password(desk: Desk) -> Act:
    desk.app.sign_up()
    return lambda: desk.app.sign_in(password="not it")


@operation("sign-in with an unknown address", 2, 2)
def unknown_address(desk: Desk) -> Act:
    return lambda: desk.app.sign_in(UNKNOWN)


@operation("sign-in refused for too many attempts", 2, 1)
def too_many(desk: Desk) -> Act:
    desk.app.sign_up()
    desk.fail(5)
    desk.app.sign_in(password="not it")
    return desk.app.sign_in
