"""Requests at the same moment, over HTTP: the answers are as if one had come after the other."""

import math
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from tests.stack.http_api import Api, HttpAnswer
from tests.stack.member import PASSWORD, Member


def at_once(*requests: Callable[[], HttpAnswer]) -> list[HttpAnswer]:
    """Send all requests together and return their answers in order."""
    start = Barrier(len(requests))

    def send(request: Callable[[], HttpAnswer]) -> HttpAnswer:
        start.wait()
        return request()

    with ThreadPoolExecutor(len(requests)) as pool:
        return list(pool.map(send, requests))


def test_of_many_sign_ups_of_one_address_one_succeeds(api: Api) -> None:
    body = {"email": f"grace-{uuid.uuid4().hex}@example.org", "password": PASSWORD}

    answers = at_once(*[lambda: api.send("POST", "/user", body)] * 6)

    assert sorted(answer.status for answer in answers) == [201] + [409] * 5


def test_of_many_wrong_guesses_at_once_only_the_allowance_is_tried(ada: Member) -> None:
    """Five, and one more for each wait of 1, 2, 4... ticks of the clock that went by."""
    began = time.time()
    answers = at_once(*[lambda: ada.try_sign_in("not the password at all")] * 10)
    ticks = int(time.time()) - int(began)

    tried = [answer for answer in answers if answer.error == (401, "bad_credentials")]
    assert len(tried) <= 5 + int(math.log2(ticks + 1))
    assert all(answer.error == (429, "too_many_attempts")
               for answer in answers if answer not in tried)


def test_two_tabs_that_refresh_at_once_both_go_on(ada: Member) -> None:
    answers = at_once(*[ada.refresh] * 4)

    for answer in answers:
        assert answer.status == 200
        token = answer.json["access_token"]
        assert ada.api.send("GET", "/user", token=token).status == 200


def test_a_refresh_at_the_moment_of_sign_out_does_not_bring_the_session_back(ada: Member) -> None:
    at_once(ada.refresh, lambda: ada.send("DELETE", "/session"), ada.refresh)

    assert ada.refresh().error == (401, "session_ended")
    assert ada.send("GET", "/user").error == (401, "unauthorized")
