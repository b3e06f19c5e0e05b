"""Sign-up and sign-in, and the routes that ask nobody."""

from tests.faults.scenario import QUIET, UNKNOWN, Act, scenario, signed_in, signed_up
from tests.faults.world import World


@scenario("ping", 200)
def ping(world: World) -> Act:
    return lambda app: app.ping()


@scenario("preflight", 204)
def preflight(world: World) -> Act:
    return lambda app: app.preflight()


@scenario("get_configuration", 200)
def configuration(world: World) -> Act:
    return lambda app: app.configuration()


@scenario("get_jwks", 200)
def jwks(world: World) -> Act:
    return lambda app: app.jwks()


@scenario("get_page", 200)
def page(world: World) -> Act:
    return lambda app: app.page()


@scenario("create_user", 201, retried=(409, "user_exists"))
def sign_up(world: World) -> Act:
    return lambda app: app.sign_up()


@scenario("create_user", 409, "user_exists")
def sign_up_with_a_taken_address(world: World) -> Act:
    signed_up(world)
    return lambda app: app.sign_up()


@scenario("create_user", 202, **QUIET)
def sign_up_quietly(world: World) -> Act:
    return lambda app: app.sign_up()


@scenario("create_user", 202, **QUIET)
def sign_up_quietly_with_a_taken_address(world: World) -> Act:
    signed_up(world)
    return lambda app: app.sign_up()


@scenario("create_session", 201, session="new")
def sign_in(world: World) -> Act:
    signed_up(world)
    return lambda app: app.sign_in()


@scenario("create_session", 201, session="new", wait_seconds=64)
def sign_in_after_a_wait(world: World) -> Act:
    app = signed_up(world)
    for _ in range(6):
        assert app.sign_in(password="not it").status == 401
        world.clock.advance(2)
    return lambda app: app.sign_in()


@scenario("create_session", 201, session="new")
def sign_in_on_a_known_device(world: World) -> Act:
    token = signed_up(world).sign_in().device_token
    world.cloud.drop("sessions")
    return lambda app: app.sign_in(device_token=token)


@scenario("create_session", 401, "bad_credentials")
def guess_on_a_known_device(world: World) -> Act:
    token = signed_up(world).sign_in().device_token
    world.cloud.drop("sessions")
    return lambda app: app.sign_in(password="not it", device_token=token)


@scenario("create_session", 429, "too_many_attempts", source_failures=10)
def sign_in_from_a_source_of_failures(world: World) -> Act:
    app = signed_up(world)
    for number in range(10):
        assert app.sign_in(f"nobody-{number}@example.org").status == 401
    return lambda app: app.sign_in()


@scenario("create_session", 201, session="new", bcrypt_cost=5)
def sign_in_with_an_outdated_hash(world: World) -> Act:
    signed_up(world)
    return lambda app: app.sign_in()


@scenario("create_session", 201, session="new", max_sessions=2)
def sign_in_beyond_the_cap(world: World) -> Act:
    for name in ("oldest", "older", "old"):
        signed_in(world, name)
        world.clock.advance(1)
    return lambda app: app.sign_in()


@scenario("create_session", 401, "bad_credentials")
def sign_in_with_a_wrong_password(world: World) -> Act:
    signed_in(world)
    return lambda app: app.sign_in(password="not it")


@scenario("create_session", 401, "bad_credentials")
def sign_in_with_an_unknown_address(world: World) -> Act:
    return lambda app: app.sign_in(UNKNOWN)


@scenario("create_session", 401, "bad_credentials", **QUIET)
def sign_in_unverified(world: World) -> Act:
    signed_up(world)
    return lambda app: app.sign_in()


@scenario("create_session", 401, "account_blocked")
def sign_in_while_blocked(world: World) -> Act:
    signed_up(world)
    world.cloud.change("users", blocked_at=world.clock.now)
    return lambda app: app.sign_in()
