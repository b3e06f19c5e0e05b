"""One answer of a passkey, or one code of the account pages, opens at most one session, whatever is
lost and however often it is sent."""

from collections.abc import Callable

import pytest

from tests.dynamodb_local.handlers_alone import HandlersAlone, claims
from tests.faults.codes import codes, signed_in_at_pages
from tests.faults.passkeys import invitation, owned, signing_in
from tests.faults.scenario import Act
from tests.faults.world import MAIL, World
from tests.support.application import CLIENT_ID
from tests.support.authenticator import Device
from tests.support.failures import (EVERY_TRY, KILLED, LOST_AFTER, THROTTLED, Fault, Killed,
                                    Kind)

# What the longest of them calls.
CALLS = range(12)


def signing_in_by(world: World) -> Act:
    answer = signing_in(world, owned(world)).answer()
    return lambda app: app.passkey_session(*answer)


def signing_up_by(world: World) -> Act:
    device, token = Device(), invitation(world)
    begun = world.app(**MAIL).begin_passkey_sign_up(token).body
    credential = device.make(begun["public_key"])
    return lambda app: app.create_passkey_user(token, begun["ticket"], credential)


def signing_in_by_code(world: World) -> Act:
    [code] = codes(world, signed_in_at_pages(world))
    return lambda app: app.code_session(code)


@pytest.mark.parametrize("arrange", [signing_in_by, signing_up_by, signing_in_by_code])
@pytest.mark.parametrize(("kind", "tries"), [
    (LOST_AFTER, 1), (LOST_AFTER, EVERY_TRY), (THROTTLED, EVERY_TRY), (KILLED, 1)])
@pytest.mark.parametrize("fails", [0, 1])
def test_an_answer_that_is_sent_again_and_again_opens_one_session(
        arrange: Callable[[World], Act], kind: Kind, tries: int, fails: int, world: World) -> None:
    """The first or the second time, something fails."""
    act = arrange(world)
    world.save()
    for at in CALLS:
        world.reconnect()
        world.restore()
        apps = [HandlersAlone(world.services(**MAIL)) for _ in range(3)]
        opened = []
        for number, app in enumerate(apps):
            world.wire.mend()
            if number == fails:
                world.wire.arm(Fault(kind, at, tries))
            opened += _opened(app, act)

        assert len(opened) <= 1
        stored = {item["SessionId"] for item in world.items("sessions")
                  if item["client_id"] == CLIENT_ID}
        assert len(stored) <= 1 and set(opened) <= stored


def _opened(app: HandlersAlone, act: Act) -> list[str]:
    """Return the session that was opened, if any."""
    try:
        answer = act(app)
    except Killed:
        return []
    return [claims(answer.pair.access_token)["sid"]] if answer.status == 201 else []
