"""The account pages give codes, and applications sign in with them. A code that was taken by a
request that failed is lost, and so an application begins again with another one."""

from shared.clients import ACCOUNT_PAGES
from tests.dynamodb_local.handlers_alone import HandlersAlone
from tests.faults.bound_sessions import PROVER
from tests.faults.scenario import Act, scenario, signed_up
from tests.faults.world import World
from tests.support.account_owner import REDIRECT_URI, VERIFIER
from tests.support.application import CLIENT_ID, Answer, Pair


def at_pages(app: HandlersAlone) -> HandlersAlone:
    """Return what was another application as the account pages, which prove the possession of a
    key."""
    app.client_id, app.prover = ACCOUNT_PAGES, PROVER
    app.principal = {"client_id": ACCOUNT_PAGES, "must_prove": 0}
    return app


def signed_in_at_pages(world: World) -> Pair:
    """Ada is signed in to the pages, and nowhere else."""
    app = signed_up(world)
    app.services.client_store.set_redirect_uris(CLIENT_ID, (REDIRECT_URI,))
    HandlersAlone(world.services(), ACCOUNT_PAGES)
    return world.hold("pages", at_pages(world.app()).sign_in())


def codes(world: World, pair: Pair, number: int = 1) -> list[str]:
    answers = [at_pages(world.app()).authorization_code(pair.access_token) for _ in range(number)]
    return [str(answer.body["code"]) for answer in answers]


def trying_again(world: World, pair: Pair) -> Act:
    """Return a sign-in with the first of two codes, or with the second if the first is spent."""
    first, second = codes(world, pair, 2)

    def act(app: HandlersAlone) -> Answer:
        spent = any("taken_by" in item for item in world.items("attempts"))
        return app.code_session(second if spent else first)

    return act


@scenario("create_authorization_code", 201)
def give_a_code(world: World) -> Act:
    pair = signed_in_at_pages(world)
    return lambda app: at_pages(app).authorization_code(pair.access_token)


@scenario("create_authorization_code", 400, "invalid_redirect_uri")
def give_a_code_for_an_address_of_others(world: World) -> Act:
    pair = signed_in_at_pages(world)
    return lambda app: at_pages(app).authorization_code(
        pair.access_token, redirect_uri="https://evil.example/")


@scenario("create_authorization_code", 401, "unauthorized")
def give_a_code_to_another_application(world: World) -> Act:
    pair = world.hold("tab", signed_up(world).sign_in())
    return lambda app: app.authorization_code(pair.access_token)


@scenario("create_authorization_code", 401, "reauthentication_required")
def give_a_code_beside_a_factor_that_was_not_shown(world: World) -> Act:
    pair = signed_in_at_pages(world)
    at_pages(world.app()).enrol(pair.access_token)
    world.cloud.change("sessions", amr="pwd", acr="aal1")
    return lambda app: at_pages(app).authorization_code(pair.access_token)


@scenario("create_code_session", 201, session="new")
def sign_in_by_a_code(world: World) -> Act:
    return trying_again(world, signed_in_at_pages(world))


@scenario("create_code_session", 201, session="new", max_sessions=2)
def sign_in_by_a_code_beyond_the_cap(world: World) -> Act:
    signed_in_at_pages(world)
    for name in ("older", "old", "pages"):
        world.clock.advance(1)
        world.hold(name, at_pages(world.app()).sign_in())
    return trying_again(world, world.pairs["pages"])


@scenario("create_code_session", 201, session="new", require_second_factor=True)
def sign_in_by_a_code_where_a_factor_is_required(world: World) -> Act:
    return trying_again(world, signed_in_at_pages(world))


@scenario("create_code_session", 401, "invalid_authorization_code")
def sign_in_by_a_code_that_was_used(world: World) -> Act:
    [code] = codes(world, signed_in_at_pages(world))
    world.hold("tab", world.app().code_session(code))
    return lambda app: app.code_session(code)


@scenario("create_code_session", 401, "invalid_authorization_code")
def sign_in_by_a_copied_code(world: World) -> Act:
    [code] = codes(world, signed_in_at_pages(world))
    return lambda app: app.code_session(code, VERIFIER[::-1])


@scenario("create_code_session", 401, "invalid_authorization_code")
def sign_in_by_a_code_of_a_session_that_has_ended(world: World) -> Act:
    pair = signed_in_at_pages(world)
    [code] = codes(world, pair)
    assert at_pages(world.app()).sign_out(pair.access_token).status == 200
    return lambda app: app.code_session(code)


@scenario("create_code_session", 401, "invalid_authorization_code")
def sign_in_by_a_code_of_before_a_change_of_the_password(world: World) -> Act:
    pair = signed_in_at_pages(world)
    [code] = codes(world, pair)
    world.clock.advance(1)
    world.hold("pages", at_pages(world.app()).change_password(pair.access_token))
    return lambda app: app.code_session(code)


@scenario("create_code_session", 401, "account_blocked")
def sign_in_by_a_code_while_blocked(world: World) -> Act:
    act = trying_again(world, signed_in_at_pages(world))
    world.cloud.change("users", blocked_at=world.clock.now)
    return act
