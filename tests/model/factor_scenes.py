"""The scenes of the model of factors, and the flaws that it must find."""

from typing import NamedTuple

from tests.model import factor_model as model
from tests.model.factor_model import Scene
from tests.model.factor_requests import Request
from tests.model.factor_store import FROM_THE_START, OFF, OWN, Identity, Passkey, Session, Stored

ON = FROM_THE_START
STRONG = (Session(OWN, True),)
A, B = Passkey("a"), Passkey("b")

BARE = Stored()
BEGUN = Stored(app="begun")
ONE = Stored(Identity(factor=ON), (A,), "", STRONG)
TWO = ONE._replace(passkeys=(A, B))
BESIDE_APP = ONE._replace(app="on")
BESIDE_BEGUN = ONE._replace(app="begun")
UNVERIFIED = ONE._replace(identity=Identity(verified=False, factor=ON))
WITHOUT_PASSWORD = ONE._replace(identity=Identity("", factor=ON))
TWO_WITHOUT_PASSWORD = TWO._replace(identity=Identity("", factor=ON))

PASSWORD, RESET = Request("sign in by password"), Request("reset")
FIRST_A, FIRST_B = (Request("add passkey", name, bound=OFF) for name in "ab")
MORE_B, MORE_C = (Request("add passkey", name, bound=ON, strong=True) for name in "bc")
FIRST_APP, MORE_APP = Request("add app"), Request("add app", strong=True)
REMOVE_A, REMOVE_B = (Request("remove passkey", name, strong=True) for name in "ab")
REMOVE_APP = Request("remove app", strong=True)
BY_A, BY_A_ELSEWHERE = (Request("sign in by passkey", "a", ticket) for ticket in ("s", "t"))
AGAIN_A = FIRST_A._replace(strong=True)


SCENES = (
    Scene("the first passkey beside sign-ins", BARE, (FIRST_A, PASSWORD, PASSWORD)),
    Scene("the first passkey, repeated", BARE, (FIRST_A, AGAIN_A, PASSWORD)),
    Scene("the first passkey, repeated after its removal", BARE, (FIRST_A, REMOVE_A, AGAIN_A)),
    Scene("two first passkeys", BARE, (FIRST_A, FIRST_B, PASSWORD)),
    Scene("a passkey and an app, both first", BEGUN, (FIRST_A, FIRST_APP, PASSWORD)),
    Scene("the first passkey, used at once", BARE, (FIRST_A, BY_A, REMOVE_A)),
    Scene("the first app, repeated", BEGUN, (FIRST_APP, MORE_APP, PASSWORD)),
    Scene("another passkey beside removals", ONE, (MORE_B, REMOVE_A, REMOVE_B)),
    Scene("two more passkeys", ONE, (MORE_B, MORE_C, REMOVE_A)),
    Scene("another app beside a removal", BESIDE_BEGUN, (MORE_APP, REMOVE_A, PASSWORD)),
    Scene("the removal of two", TWO, (REMOVE_A, REMOVE_B, PASSWORD)),
    Scene("the removal of one, repeated", TWO, (REMOVE_A, REMOVE_A, REMOVE_B)),
    Scene("the removal of two, without a password", TWO_WITHOUT_PASSWORD,
          (REMOVE_A, REMOVE_B, BY_A)),
    Scene("another passkey beside the last way in", WITHOUT_PASSWORD, (MORE_B, REMOVE_A, REMOVE_B)),
    Scene("the removal of an app and a passkey", BESIDE_APP, (REMOVE_A, REMOVE_APP, PASSWORD)),
    Scene("a passkey that is removed while it is used", ONE, (BY_A, REMOVE_A, PASSWORD)),
    Scene("one answer, sent three times", TWO, (BY_A, BY_A, BY_A)),
    Scene("two answers of one passkey", ONE, (BY_A, BY_A_ELSEWHERE, REMOVE_A)),
    Scene("a reset beside sign-ins", ONE, (RESET, BY_A, PASSWORD)),
    Scene("a reset, repeated", ONE, (RESET, RESET, REMOVE_A)),
    Scene("a reset of an unverified account", UNVERIFIED, (RESET, BY_A, PASSWORD)),
    Scene("a reset of an unverified account beside an addition", UNVERIFIED,
          (RESET, MORE_B, RESET)),
    Scene("a reset of an unverified account beside a removal", UNVERIFIED,
          (RESET, REMOVE_A, PASSWORD)),
    Scene("a reset of an unverified account beside the first passkey",
          BARE._replace(identity=Identity(verified=False)), (RESET, FIRST_A, PASSWORD)),
    Scene("a reset that gives the first password", WITHOUT_PASSWORD, (RESET, REMOVE_A, BY_A)),
)


class Flawed(NamedTuple):
    """What breaks which invariant, and in which scene."""

    breaks: str
    scene: str


FLAWED = {
    "no condition on the identity": Flawed(model.HALF_ON, "the removal of two"),
    "looks, then deletes": Flawed(model.NO_WAY_IN, "the removal of two, without a password"),
    "no look after the session is stored": Flawed(
        model.REMOVED_OPENS, "a passkey that is removed while it is used"),
    "no look after a password's session is stored": Flawed(
        model.PASSWORD_ALONE, "the first passkey beside sign-ins"),
    "the ticket is remembered by a second write": Flawed(
        model.TWO_SESSIONS, "one answer, sent three times"),
    "a ticket that comes back to life": Flawed(
        model.OUTLIVED, "the first passkey, repeated after its removal"),
    "a removal that sweeps nothing": Flawed(
        model.REMOVED_LIVES, "a passkey that is removed while it is used"),
    "a reset in two writes": Flawed(model.HALF_ON, "a reset of an unverified account"),
}
BY_NAME = {scene.name: scene for scene in SCENES}
