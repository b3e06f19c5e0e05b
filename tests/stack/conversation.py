"""One client application that goes through the examples of a page, against a running stage."""

import http.client
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from tests.docs.examples import Example, Message, differences, is_json, values
from tests.support.authenticator import Device
from tests.support.possession import Prover
from tests.support.second_factors import STEP_SECONDS, CodeApp

MAILED_TOKEN, SIGN_UP_TOKEN = "mailed_token", "sign_up_token"
CODE, SECRET, CREDENTIAL, ASKED = "code", "secret", "credential", "public_key"
PROOF = "proof"
# The page whose browser makes passkeys and uses them.
PAGE = "http://localhost:8080"
ACCEPTED = 202
MAX_REPEATS = 12
# The stack shares the machine with whatever else it runs, and a first request starts a function.
TIMEOUT_SECONDS = 60
# Sessions are listed by when they were opened, in whole seconds.
APART_SECONDS = 1


class Conversation:
    """An answer of 202 announces a mail: `next_token` waits for it, and returns the token in its
    link. `sign_up_token` returns one of a link that signs up."""

    def __init__(self, base_url: str, next_token: Callable[[], str],
                 sign_up_token: Callable[[], str]) -> None:
        self._base, self._next_token = urlsplit(base_url), next_token
        self._sign_up_token = sign_up_token
        self.known: dict[str, str] = {}
        self._last_step = 0
        self._device, self._asked = Device(), dict[str, Any]()
        self._prover = Prover()

    def play(self, example: Example) -> list[str]:
        """Send the request and return how the answer differs from the page's."""
        try:
            request = self._filled(example.request)
        except KeyError as missing:
            return [f"no earlier answer has {missing}"]
        status, headers, body = self._send(request)
        for _ in range(MAX_REPEATS if request.mark == "repeated" else 0):
            if status == example.status:
                break
            status, headers, body = self._send(request)
        if status == ACCEPTED:
            self.known[MAILED_TOKEN] = self._next_token()
        found = list(differences(example.answer, status, headers, body))
        if not found:
            self._remember(example.answer.mark, body)
        return found

    def _filled(self, request: Message) -> Message:
        """A code is one that was not used, of the app that knows the last secret. There is one for
        each step of time, and two are good at once: that of now, and the next. A credential is a
        new passkey, or an answer of one, whichever the last options ask for. All proofs are by one
        key, and each is for the request that it is sent with."""
        if f"{{{CODE}}}" in request.body:
            self._last_step = max(self._last_step + 1, int(time.time()) // STEP_SECONDS)
            self.known[CODE] = CodeApp(self.known[SECRET]).code(self._last_step * STEP_SECONDS)
        if f"{{{SIGN_UP_TOKEN}}}" in request.body and SIGN_UP_TOKEN not in self.known:
            self.known[SIGN_UP_TOKEN] = self._sign_up_token()
        if f"{{{CREDENTIAL}}}" in request.body:
            makes_one = "rp" in self._asked
            ceremony = self._device.make if makes_one else self._device.answer
            self.known[CREDENTIAL] = json.dumps(ceremony(self._asked, PAGE))
        if ("DPoP", f"{{{PROOF}}}") in request.headers:
            self.known[PROOF] = self._proof(request)
        return request.filled(self.known)

    def _proof(self, request: Message) -> str:
        method, path, _version = request.first_line.split(" ")
        sent = request.filled(self.known | {PROOF: ""}).headers
        token = dict(sent).get("Authorization", "").partition(" ")[2]
        return self._prover.proof(method, self._base.geturl() + path, int(time.time()), token)

    def _remember(self, mark: str, body: str) -> None:
        prefix = f"{mark}." if mark else ""
        self.known |= {prefix + path: value for path, value in values(body).items()}
        if is_json(body):
            self._asked = json.loads(body).get(ASKED, self._asked)
        if mark:
            time.sleep(APART_SECONDS)

    def _send(self, request: Message) -> tuple[int, dict[str, str], str]:
        method, path, _version = request.first_line.split(" ")
        connection = http.client.HTTPConnection(self._base.netloc, timeout=TIMEOUT_SECONDS)
        try:
            connection.request(method, self._base.path + path,
                               request.body.encode("utf-8") or None,
                               dict(request.headers))
            answer = connection.getresponse()
            headers = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, headers, answer.read().decode("utf-8")
        finally:
            connection.close()
