"""One request into one fault, and the same request again after it."""

from dataclasses import dataclass

from shared.errors import Unavailable
from tests.dynamodb_local.handlers_alone import HandlersAlone
from tests.faults.scenario import Act, Outcome, Scenario
from tests.faults.world import CountedPasswords, Sight, World
from tests.support.application import Application
from tests.support.failures import GONE, KILLED, Fault, Killed
from tests.support.wire import Wire

UNAVAILABLE: Outcome = (503, "unavailable")
UNAUTHORIZED: Outcome = (401, "unauthorized")


class ThroughAuthorizer(HandlersAlone):
    """A second try comes by the authorizer again, as on API Gateway."""

    principal_of = Application.principal_of


@dataclass(frozen=True)
class Course:
    """How it goes without a fault; every trial starts from the same saved world."""

    scenario: Scenario
    world: World
    act: Act
    calls: tuple[str, ...]
    before: Sight
    after: Sight
    handed_over: int


def usual(scenario: Scenario, world: World) -> Course:
    act = scenario.arrange(world)
    app, before = world.app(**scenario.settings), world.look()
    world.save()
    world.wire.mend()
    assert outcome(scenario, world, act, app) == scenario.right
    return Course(scenario, world, act, tuple(world.wire.calls), before, world.look(),
                  handed_over(world.wire))


def outcome(scenario: Scenario, world: World, act: Act, app: HandlersAlone) -> Outcome:
    """Send the request, keep the tokens that come back, and return what the client sees."""
    try:
        answer = act(app)
    except Unavailable:
        return UNAVAILABLE
    except Exception as error:
        if str(error) != "Unauthorized":
            raise
        return UNAUTHORIZED
    if scenario.session and answer.status < 300:
        world.hold(scenario.session, answer)
    assert answer.status != 503 or answer.headers["Retry-After"] == "1"
    return (answer.status, "") if answer.status < 300 else answer.outcome


def meet(course: Course, fault: Fault) -> None:
    """Send the request into the fault and again after it, and check all that is promised."""
    scenario, world, act = course.scenario, course.world, course.act
    world.restore()
    app, tally = HandlersAlone(world.services(**scenario.settings)), world.attempts()
    world.wire.arm(fault)
    first: Outcome | None
    try:
        first = outcome(scenario, world, act, app)
    except Killed:
        first = None
    handed = handed_over(world.wire)
    assert world.wire.hit, "the fault did not happen"
    world.wire.mend()
    check_first(course, fault, first, world.look())
    check_attempts(app, world, tally)
    if first == scenario.right:
        owed = course.handed_over - lost_notices(course, fault)
        assert handed >= owed, "a mail was neither asked for nor sent"
    else:
        world.clock.advance(scenario.wait_seconds)
        again = ThroughAuthorizer(world.services(**scenario.settings))
        second = outcome(scenario, world, act, again)
        assert second in scenario.retried, "a second try fails"
        if second == UNAUTHORIZED and scenario.own:
            # The change was carried out, its answer was not given, and its last step has ended
            # the caller's own session: the new credential signs in.
            assert world.look().accounts == course.after.accounts, "refused for nothing"
            return
    check_end(course, fault, world.look())


def lost_notices(course: Course, fault: Fault) -> int:
    """Return how many notices a request may lose that succeeds all the same. The call before one
    may look the address up."""
    if not course.scenario.notifies or fault.tries == 1 and not fault.lasting:
        return 0
    posted = [at for at, call in enumerate(course.calls) if call == "Invoke"]
    return sum(fault.at <= at if fault.lasting else fault.at in (at - 1, at) for at in posted)


def handed_over(wire: Wire) -> int:
    """Return how many errands Lambda took, and mails SES."""
    return wire.arrived.count("Invoke") + wire.arrived.count("SendEmail")


def check_first(course: Course, fault: Fault, first: Outcome | None, seen: Sight) -> None:
    right, before, after = course.scenario.right, course.before, course.after
    absorbed = fault.tries == 1 and not fault.lasting
    if fault.kind is KILLED:
        assert first is None, "a dead process answered"
    elif absorbed:
        assert first == right, f"one lost try, and the answer is {first}"
    else:
        assert first in (right, UNAVAILABLE), f"the answer is {first}"
    if first == right:
        assert seen.accounts == after.accounts, "an answer was given for nothing"
        assert seen.sessions == after.sessions, "an answer was given for nothing"
    assert seen.accounts in (before.accounts, after.accounts), "a half change"
    assert seen.sessions <= before.sessions | after.sessions, "a strange session"
    may_end = before.alive() - after.alive()
    if seen.accounts == after.accounts:
        may_end |= {course.scenario.own}
    ended = before.alive() - seen.alive()
    assert ended <= may_end, f"{ended} ended for nothing"
    if before.credentials() != after.credentials() == seen.credentials():
        lives_on = seen.alive() - after.alive() - {course.scenario.own}
        assert not lives_on, f"{lives_on} live on beside a new credential"


def check_attempts(app: HandlersAlone, world: World, tally: int) -> None:
    """A guess that reached the hash was counted, whatever was lost."""
    passwords = app.services.passwords
    assert isinstance(passwords, CountedPasswords)
    assert world.attempts() >= tally + passwords.wrong or not passwords.wrong, "a free guess"


def check_end(course: Course, fault: Fault, seen: Sight) -> None:
    assert seen.accounts == course.after.accounts, "it ends with another account"
    # Only who cannot reach the store any more cannot withdraw a session that nobody holds. It
    # is to the cap what a sign-in is whose answer the client lost.
    assert seen.orphans <= (fault.kind in (GONE, KILLED)), "a session that nobody holds"
    crowded_out = seen.orphans if "max_sessions" in course.scenario.settings else 0
    for is_, should_be in ((seen.sessions, course.after.sessions),
                           (seen.survivors, course.after.survivors)):
        assert is_ <= should_be, "a session that should have ended"
        assert len(should_be - is_) <= crowded_out, "an honest session dies"
