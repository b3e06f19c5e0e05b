"""Operators block an account while its owner signs in and refreshes, on the real engine."""

from collections import Counter
from collections.abc import Callable
from functools import partial

import pytest

from scripts.operating.blocking import Blocking
from shared.callers import Caller
from shared.errors import AccountBlocked
from shared.identities import EMAIL_ADDRESS
from shared.sessions.state import BY_PASSWORD
from tests.dynamodb_local.crowd import at_once
from tests.dynamodb_local.handlers_alone import HandlersAlone, claims
from tests.dynamodb_local.stage import LocalStage
from tests.support.application import Answer, Pair
from tests.support.clock import Clock

ROUNDS = 8
Job = Callable[[], object]


class Ada:
    """A person, her devices, and the operators, each with services of their own."""

    def __init__(self, cloud: LocalStage, clock: Clock) -> None:
        self._cloud, self._clock = cloud, clock
        self.user_id = str(self.device().sign_up().body["id"])

    def device(self) -> HandlersAlone:
        return HandlersAlone(self._cloud.services(self._clock))

    def opening(self, outcomes: Counter[str]) -> Job:
        """Return what a sign-in does once the password has been proven."""
        services = self._cloud.services(self._clock)
        identity = services.identity_store.find(EMAIL_ADDRESS, str(
            self._cloud.item("users")["email"]))
        assert identity is not None

        def open_session() -> None:
            try:
                services.sign_in.open(identity, BY_PASSWORD, Caller("web-app"), lambda: None)
                outcomes["opened"] += 1
            except AccountBlocked:
                outcomes["blocked"] += 1

        return open_session

    def block(self) -> Job:
        return partial(self._blocking().block, self.user_id)

    def unblock(self) -> None:
        account = self._cloud.services(self._clock).user_store.find(self.user_id)
        assert account is not None and account.blocked_at
        self._blocking().unblock(account)

    def _blocking(self) -> Blocking:
        services = self._cloud.services(self._clock)
        return Blocking(services.user_store, services.session_store, services.lifetimes,
                        services.now)

    def sessions(self) -> int:
        return len(self._cloud.items("sessions"))


@pytest.fixture
def ada(cloud: LocalStage, clock: Clock) -> Ada:
    return Ada(cloud, clock)


def test_of_twenty_sign_ins_at_once_with_a_block_none_leaves_a_session(ada: Ada) -> None:
    outcomes: Counter[str] = Counter()
    for _ in range(ROUNDS):
        signing_in: list[Job] = [ada.opening(outcomes) for _ in range(20)]
        at_once([*signing_in, *(ada.block() for _ in range(2))])

        assert ada.sessions() == 0
        assert ada.device().sign_in().outcome == (401, "account_blocked")
        ada.unblock()
    assert sum(outcomes.values()) == ROUNDS * 20
    assert set(outcomes) == {"opened", "blocked"}, "they never met"


@pytest.mark.parametrize("used", [True, False])
def test_no_refresh_at_once_with_a_block_keeps_a_session(ada: Ada, clock: Clock, used: bool
                                                         ) -> None:
    """Whether it would rotate the pair or renew it."""
    for _ in range(ROUNDS // 2):
        pairs: list[Pair] = [ada.device().sign_in().pair for _ in range(10)]
        for pair in pairs if used else ():
            ada.device().authorize(pair.access_token)
        clock.advance(3600)

        refreshes: list[Job] = [partial(ada.device().refresh, pair) for pair in pairs * 2]
        *answers, _ = at_once([*refreshes, ada.block()])

        assert ada.sessions() == 0
        for answer in answers:
            assert isinstance(answer, Answer)
            if answer.status == 200:
                assert claims(answer.pair.access_token)["sub"] == ada.user_id
                answer = ada.device().refresh(answer.pair)
            assert answer.outcome == (401, "session_ended")
        ada.unblock()
