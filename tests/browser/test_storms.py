"""However much is lost, nobody is signed out."""

import pytest

from scripts.local.stack import LocalStack
from tests.browser.driver import Driver
from tests.browser.server import events_of_refreshes, is_there

# By the seed, whether the session is bound to a key.
STORMS = ((1, True), (2, True), (1, False))
SECONDS, TABS = 20, 8
# A busy machine does less than an idle one in the same time.
LEAST_REFRESHES = 20


@pytest.mark.parametrize(("seed", "is_bound"), STORMS)
def test_a_storm_signs_nobody_out(driver: Driver, stack: LocalStack, seed: int, is_bound: bool
                                  ) -> None:
    [report] = driver.run({"scenario": "storm", "seed": seed, "seconds": SECONDS, "tabs": TABS,
                           "possession": is_bound})

    session_id, user_id = report["session_id"], report["user_id"]
    events = events_of_refreshes(stack, session_id)
    assert set(report["told"]) == {session_id}
    assert report["stored"] == session_id
    assert report["users"] == [user_id] * TABS
    assert report["errors"].keys() <= {"unreachable"}
    assert not {"session_ended", "stale_access_token"} & set(report["names"])
    assert len(report["keys"]) == int(is_bound)
    assert is_there(stack, user_id, session_id)
    assert events.keys() <= {"authn_token_created", "authn_token_kept"}, events
    # It was a storm.
    assert report["generation"] >= 2
    assert report["refreshes"] >= LEAST_REFRESHES
    assert report["lost"] and report["closed"] and report["jumps"]
    assert report["frozen"] or driver.browser == "firefox"
