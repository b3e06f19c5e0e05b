"""Operators change roles while people sign in, refresh and sign out, on the real engine."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial

import pytest

from scripts.operating.role_changes import RoleChanges
from shared.callers import Caller
from shared.errors import Unavailable
from shared.identities import EMAIL_ADDRESS
from shared.sessions.state import BY_PASSWORD
from tests.dynamodb_local.crowd import at_once
from tests.dynamodb_local.handlers_alone import HandlersAlone, claims
from tests.dynamodb_local.stage import LocalStage
from tests.support.application import EMAIL, Answer, Pair
from tests.support.clock import Clock

ROUNDS = 6
Job = Callable[[], object]


class Ada:
    """A person, her devices, and the operators of her roles, each with services of their own."""

    def __init__(self, cloud: LocalStage, clock: Clock) -> None:
        self._cloud, self._clock = cloud, clock
        self.user_id = self.device().sign_up().body["id"]

    def device(self) -> HandlersAlone:
        return HandlersAlone(self._cloud.services(self._clock))

    def opening(self) -> Job:
        """Return what a sign-in does once the password has been proven."""
        services = self._cloud.services(self._clock)
        identity = services.identity_store.find(EMAIL_ADDRESS, EMAIL)
        assert identity is not None

        def open_session() -> None:
            with suppress(Unavailable):
                services.sign_in.open(identity, BY_PASSWORD, Caller("web-app"), lambda: None)

        return open_session

    def ends(self, pairs: Iterable[Pair]) -> Job:
        """Return what signs out of all these sessions, one after the other."""
        device, tokens = self.device(), [pair.access_token for pair in pairs]
        return lambda: [device.sign_out(token) for token in tokens]

    def change(self, action: str, role: str) -> Job:
        services = self._cloud.services(self._clock)
        changes = RoleChanges(services.user_store, services.session_store)
        return partial(_persistently, partial(getattr(changes, action), self.user_id, role))

    def roles(self) -> str:
        return str(self._cloud.item("users").get("roles", ""))

    def copies(self) -> list[str]:
        """Return the roles of each session."""
        return [item.get("roles", "") for item in self._cloud.items("sessions")]


def _persistently(job: Job) -> object:
    """Run a command again when it says so, as operators do."""
    for _ in range(20):
        try:
            return job()
        except Unavailable:
            continue
    raise AssertionError("a command was never finished")


@pytest.fixture
def ada(cloud: LocalStage, clock: Clock) -> Ada:
    return Ada(cloud, clock)


def signed_in(ada: Ada, devices: int) -> list[Pair]:
    pairs = [ada.device().sign_in().pair for _ in range(devices)]
    for pair in pairs:
        ada.device().authorize(pair.access_token)
    return pairs


def test_of_operators_at_once_the_last_state_is_in_all_sessions(ada: Ada) -> None:
    signed_in(ada, 4)
    for number in range(ROUNDS):
        ada.change("grant", "c")()

        at_once([ada.change("grant", f"a{number}"), ada.change("grant", "b"),
                 ada.change("revoke", "c"), ada.change("revoke", f"a{number - 1}")])

        assert ada.roles() == f"a{number} b"
        assert ada.copies() == [f"a{number} b"] * 4


def test_of_a_role_that_is_granted_and_revoked_at_once_all_know_the_same(ada: Ada) -> None:
    signed_in(ada, 4)
    for _ in range(ROUNDS):
        at_once([ada.change("grant", "a"), ada.change("revoke", "a"), ada.change("grant", "a")])

        assert ada.roles() in ("", "a")
        assert ada.copies() == [ada.roles()] * 4


def test_a_change_disturbs_no_refresh(ada: Ada, clock: Clock) -> None:
    """Each goes on, and the tokens after it have the role."""
    pairs = signed_in(ada, 3)
    for number in range(1, ROUNDS + 1):
        clock.advance(3600)

        refreshes: list[Job] = [partial(ada.device().refresh, pair) for pair in pairs]
        *answers, _ = at_once([*refreshes, ada.change("grant", f"r{number}")])

        assert ada.copies() == [" ".join(f"r{each}" for each in range(1, number + 1))] * 3
        pairs = [answer.pair for answer in answers if isinstance(answer, Answer)]
        for pair in pairs:
            told = claims(ada.device().refresh(pair).pair.access_token)
            assert (told["gen"], len(told["roles"])) == (number, number)
            ada.device().authorize(pair.access_token)


def test_a_change_brings_no_session_back(ada: Ada) -> None:
    """The operators go through the sessions in the order of their ids, and meet their ends."""
    for number in range(ROUNDS):
        pairs = sorted(signed_in(ada, 8), key=lambda pair: str(claims(pair.access_token)["sid"]))

        at_once([ada.ends(reversed(pairs)), ada.ends(pairs[4:]), ada.change("grant", f"r{number}"),
                 ada.change("revoke", f"r{number - 1}")])
        ada.ends(pairs)()

        assert ada.copies() == []
        assert ada.roles() == f"r{number}"


@pytest.mark.parametrize("action", ["grant", "revoke"])
def test_no_sign_in_at_the_same_time_misses_a_change(ada: Ada, action: str) -> None:
    """It is answered with the new roles, or it is withdrawn."""
    before, after = ("", "a") if action == "grant" else ("a", "")
    for _ in range(ROUNDS * 2):
        ada.change("revoke" if action == "grant" else "grant", "a")()

        at_once([*(ada.opening() for _ in range(4)), ada.change(action, "a")])

        assert before != after == ada.roles()
        assert set(ada.copies()) <= {after}
