"""Refresh, sign-out, the authorizers, and the sessions of a person."""

from tests.dynamodb_local.handlers_alone import HandlersAlone, claims
from tests.faults.scenario import DONE, Act, scenario, signed_in, stale, three_sessions
from tests.faults.world import MAIL, World
from tests.support.application import Answer, Pair


@scenario("refresh_session", 200, session="tab")
def refresh_early(world: World) -> Act:
    pair = signed_in(world)
    return lambda app: app.refresh(pair)


@scenario("refresh_session", 200, session="tab")
def refresh(world: World) -> Act:
    pair = stale(world)
    return lambda app: app.refresh(pair)


@scenario("refresh_session", 200, session="tab")
def refresh_unused_tokens(world: World) -> Act:
    pair = signed_in(world)
    world.clock.advance(3600)
    return lambda app: app.refresh(pair)


@scenario("refresh_session", 200, session="tab")
def refresh_late(world: World) -> Act:
    pair = stale(world)
    assert world.app().refresh(pair).status == 200
    return lambda app: app.refresh(pair)


@scenario("refresh_session", 200, session="tab")
def refresh_later_still(world: World) -> Act:
    pair = stale(world)
    assert world.app().refresh(pair).status == 200
    world.clock.advance(3600)
    return lambda app: app.refresh(pair)


@scenario("refresh_session", 401, "session_ended")
def refresh_with_a_spent_token(world: World) -> Act:
    spent = stale(world)
    pair = world.hold("tab", world.app().refresh(spent))
    world.app().authorize(pair.access_token)
    world.clock.advance(60)
    return lambda app: app.refresh(spent)


@scenario("delete_session", 200, retried=(401, "session_ended"))
def sign_out(world: World) -> Act:
    pair = signed_in(world)
    signed_in(world, "other")
    return lambda app: app.sign_out(pair.access_token)


@scenario("authorizer", 200)
def authorize_first(world: World) -> Act:
    return _authorize(signed_in(world))


@scenario("authorizer", 200)
def authorize_again(world: World) -> Act:
    pair = signed_in(world)
    world.app().authorize(pair.access_token)
    return _authorize(pair)


def _authorize(pair: Pair) -> Act:
    def act(app: HandlersAlone) -> Answer:
        assert app.authorize(pair.access_token)["context"]["client_id"] == app.client_id
        return DONE

    return act


@scenario("client_id_authorizer", 200)
def authorize_client(world: World) -> Act:
    def act(app: HandlersAlone) -> Answer:
        assert app.authorize_client()["context"]["client_id"] == app.client_id
        return DONE

    return act


@scenario("get_session", 200)
def session(world: World) -> Act:
    pair = signed_in(world)
    return lambda app: app.session(pair.access_token)


@scenario("list_sessions", 200)
def list_sessions(world: World) -> Act:
    pair = signed_in(world)
    return lambda app: app.list_sessions(pair.access_token)


@scenario("delete_sessions", 200, notifies=True, **MAIL)
def end_other_sessions(world: World) -> Act:
    pair = three_sessions(world)
    return lambda app: app.end_sessions(pair.access_token)


@scenario("delete_sessions", 200, retried=(401, "unauthorized"), notifies=True, **MAIL)
def end_all_sessions(world: World) -> Act:
    pair = three_sessions(world)
    return lambda app: app.end_sessions(pair.access_token, include="current")


@scenario("delete_session_by_id", 200, retried=(404, "not_found"))
def end_one_session(world: World) -> Act:
    pair = signed_in(world)
    other = claims(signed_in(world, "other").access_token)["sid"]
    return lambda app: app.end_session(pair.access_token, other)
