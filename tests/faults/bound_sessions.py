"""Bound sessions: each request comes with a proof, and each second try with a new one."""

from tests.dynamodb_local.handlers_alone import HandlersAlone
from tests.faults.scenario import DONE, Act, scenario, signed_up
from tests.faults.world import World
from tests.support.application import API, Answer, Pair
from tests.support.possession import Prover

PROVER = Prover()


class OldProof(Prover):
    """Sends a proof that was made before."""

    def __init__(self, text: str) -> None:
        self._text = text

    def proof(self, method: str, address: str, now: int, access_token: str = "") -> str:
        return self._text


def proving(app: HandlersAlone, prover: Prover = PROVER) -> HandlersAlone:
    """Return the application with the key; one that is built anew would be registered again."""
    app.prover = prover
    return app


def _signed_in(world: World) -> Pair:
    return world.hold("tab", proving(signed_up(world)).sign_in())


def _stale(world: World) -> Pair:
    pair = _signed_in(world)
    proving(world.app()).authorize(pair.access_token)
    world.clock.advance(3600)
    return pair


@scenario("create_session", 201, session="new")
def sign_in_to_a_bound_session(world: World) -> Act:
    signed_up(world)
    return lambda app: proving(app).sign_in()


@scenario("refresh_session", 200, session="tab")
def refresh_a_bound_session_early(world: World) -> Act:
    pair = _signed_in(world)
    return lambda app: proving(app).refresh(pair)


@scenario("refresh_session", 200, session="tab")
def refresh_a_bound_session(world: World) -> Act:
    """The retried write of the proof knows that it was the first try that wrote it."""
    pair = _stale(world)
    return lambda app: proving(app).refresh(pair)


@scenario("refresh_session", 200, session="tab")
def refresh_unused_tokens_of_a_bound_session(world: World) -> Act:
    pair = _signed_in(world)
    world.clock.advance(3600)
    return lambda app: proving(app).refresh(pair)


@scenario("refresh_session", 200, session="tab")
def refresh_a_bound_session_late(world: World) -> Act:
    pair = _stale(world)
    assert proving(world.app()).refresh(pair).status == 200
    return lambda app: proving(app).refresh(pair)


@scenario("refresh_session", 401, "invalid_dpop_proof")
def replay_a_refresh(world: World) -> Act:
    """The session that was refreshed lives on, whatever fails. Within the second of the refresh, a
    retried write could not tell the replay from its own first try; its answer would be of no use
    without the key."""
    pair = _stale(world)
    captured = OldProof(PROVER.proof("PUT", f"{API}/session", world.clock.now, pair.access_token))
    world.hold("tab", proving(world.app(), captured).refresh(pair))
    world.clock.advance(1)
    return lambda app: proving(app, captured).refresh(pair)


@scenario("refresh_session", 401, "invalid_dpop_proof")
def replay_a_refresh_of_a_spent_token(world: World) -> Act:
    pair = _stale(world)
    captured = OldProof(PROVER.proof("PUT", f"{API}/session", world.clock.now, pair.access_token))
    held = world.hold("tab", proving(world.app()).refresh(pair))
    proving(world.app()).authorize(held.access_token)
    world.clock.advance(31)
    return lambda app: proving(app, captured).refresh(pair)


@scenario("refresh_session", 401, "session_ended")
def refresh_a_bound_session_with_a_spent_token(world: World) -> Act:
    spent = _stale(world)
    pair = world.hold("tab", proving(world.app()).refresh(spent))
    proving(world.app()).authorize(pair.access_token)
    # A proof that is made two windows after the grace was certainly made after it.
    world.clock.advance(30 + 2 * 60 + 2)
    return lambda app: proving(app).refresh(spent)


@scenario("delete_session", 200, retried=(401, "session_ended"))
def sign_out_of_a_bound_session(world: World) -> Act:
    pair = _signed_in(world)
    return lambda app: proving(app).sign_out(pair.access_token)


@scenario("authorizer", 200)
def authorize_a_bound_session_first(world: World) -> Act:
    return _authorize(_signed_in(world))


@scenario("authorizer", 200)
def authorize_a_bound_session_again(world: World) -> Act:
    pair = _signed_in(world)
    proving(world.app()).authorize(pair.access_token)
    return _authorize(pair)


def _authorize(pair: Pair) -> Act:
    def act(app: HandlersAlone) -> Answer:
        context = proving(app).authorize(pair.access_token)["context"]
        assert context["jkt"] == PROVER.thumbprint
        return DONE

    return act
