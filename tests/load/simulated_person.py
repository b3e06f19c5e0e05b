"""A simulated person: two tabs that share one token store, answers that get lost, sign-outs.

Every answer is compared with the one answer that is right. The person is honest in the
sense of the promise: a request sends the newest pair in the store.
"""

import base64
import json
import random
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

CLIENT_ID = "load"
PASSWORD = "seven bridges of Koenigsberg, none crossed twice"
Call = Callable[..., tuple[int, dict[str, Any]]]


@dataclass
class Report:
    """What was counted; `wrong` describes each answer that was not the right one."""

    answers: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    generations: Counter[int] = field(default_factory=Counter)
    lost_answers: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, what: str, status: int, expected: set[int], body: object) -> None:
        with self.lock:
            self.answers[f"{what} {status}"] += 1
            if status not in expected:
                self.wrong.append(f"{what}: {status} {body}, not {sorted(expected)}")


class SimulatedPerson:
    def __init__(self, email: str, call: Call, report: Report, dice: random.Random) -> None:
        self._email, self._call, self._report, self._dice = email, call, report, dice
        self._pair: dict[str, Any] | None = None
        self._lock = threading.Lock()

    def arrive(self) -> None:
        """Sign up and in."""
        self._expect("sign-up", {201}, "POST", "/user",
                     {"email": self._email, "password": PASSWORD})
        self._sign_in()

    def live_on(self, tabs: ThreadPoolExecutor) -> None:
        """Do one of the things that a person's applications do."""
        if self._pair is None:
            self._sign_in()
        roll = self._dice.random()
        if roll < 0.40:
            self._refresh(keep_answer=True)
        elif roll < 0.60:
            list(tabs.map(lambda _: self._refresh(keep_answer=True), range(2)))
        elif roll < 0.75:
            self._refresh(keep_answer=False)
        elif roll < 0.97:
            self._look()
        else:
            self._sign_out()

    def leave(self) -> None:
        """A session that was never ended must be alive at the end."""
        if self._pair is not None:
            self._refresh(keep_answer=True)
            self._look()
            self._report.generations[_claims(self._pair)["gen"]] += 1

    def _sign_in(self) -> None:
        self._pair = self._expect("sign-in", {201}, "POST", "/session", {
            "account_type": "traditional", "email": self._email, "password": PASSWORD})

    def _refresh(self, keep_answer: bool) -> None:
        pair = self._newest()
        answer = self._expect("refresh", {200}, "PUT", "/session",
                              {"refresh_token": pair["refresh_token"]}, pair["access_token"])
        if not keep_answer:
            with self._report.lock:
                self._report.lost_answers += 1
        elif "access_token" in answer:
            with self._lock:
                if self._pair is None or _age(answer) > _age(self._pair):
                    self._pair = answer

    def _look(self) -> None:
        # An access token that ran out while the person was idle is refreshed, not refused.
        pair = self._newest()
        status, body = self._call("GET", "/session", None, pair["access_token"])
        if status == 401:
            self._refresh(keep_answer=True)
            status, body = self._call("GET", "/session", None, self._newest()["access_token"])
        self._report.note("look", status, {200}, body)

    def _sign_out(self) -> None:
        pair, self._pair = self._newest(), None
        token = pair["access_token"]
        self._expect("sign-out", {200}, "DELETE", "/session", None, token)
        self._expect("look after sign-out", {401}, "GET", "/session", None, token)
        self._expect("refresh after sign-out", {401}, "PUT", "/session",
                     {"refresh_token": pair["refresh_token"]}, token)

    def _newest(self) -> dict[str, Any]:
        with self._lock:
            if self._pair is None:
                raise RuntimeError("nobody is signed in")
            return self._pair

    def _expect(self, what: str, expected: set[int], method: str, path: str,
                body: object = None, token: str | None = None) -> dict[str, Any]:
        status, answer = self._call(method, path, body, token)
        self._report.note(what, status, expected, answer)
        return answer


def _age(pair: dict[str, Any]) -> tuple[int, int]:
    claims = _claims(pair)
    return claims["gen"], claims["iat"]


def _claims(pair: dict[str, Any]) -> dict[str, int]:
    payload = pair["access_token"].split(".")[1]
    claims: dict[str, int] = json.loads(base64.urlsafe_b64decode(payload + "=" * 3))
    return claims
