"""`make run` and the operators' tool, as a person would use them, one after another."""

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import jwt
import pytest

from scripts import operate
from scripts.checkout import ROOT
from scripts.local.emulator import free_port
from scripts.run import CLIENT_ID
from tests.stack.http_api import Api
from tests.stack.member import Member

LOST = "what it had not saved is lost"
# The whole of what makes a second start quick.
UNCHANGED = "Nothing has changed since it was deployed"
READY_SECONDS, STOP_SECONDS = 180, 120
CROWD, BEFORE_THE_KILL = 4, 8


class Run:
    """A running scripts.run, which is what `make run` starts."""

    def __init__(self, folder: Path, port: int, output: Path) -> None:
        self._output = output
        with output.open("wb") as file:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "scripts.run", "--port", str(port),
                 "--folder", str(folder)], cwd=ROOT, stdout=file, stderr=file)

    def said(self) -> str:
        return self._output.read_text()

    def base_url(self) -> str:
        """Wait until it is ready."""
        deadline = time.monotonic() + READY_SECONDS
        while (found := re.search(r"^Ready in .* s: (\S+)$", self.said(), re.MULTILINE)) is None:
            assert self.process.poll() is None and time.monotonic() < deadline, self.said()
            time.sleep(0.1)
        return found[1]

    def stop(self, how: signal.Signals) -> int:
        self.process.send_signal(how)
        return self.process.wait(STOP_SECONDS)


class Terminal:
    """Types the commands on one folder and one port."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.runs: list[Run] = []

    def run(self) -> Run:
        output = self.folder.with_name(f"run-{len(self.runs)}.txt")
        self.runs.append(Run(self.folder, self.port, output))
        return self.runs[-1]

    def kill_emulator(self) -> None:
        os.kill(int(json.loads((self.folder / "running.json").read_text())["pid"]), signal.SIGKILL)

    def operate(self, *words: str) -> None:
        operate.main([*words, "--local-folder", str(self.folder)])


class Crowd:
    """People who sign up, come in and go, until nothing answers any more."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self.people: list[Member] = []

    def live(self) -> None:
        """Return when the line is dead; any wrong answer raises."""
        try:
            while True:
                person = Member.sign_up(self._api)
                self.people.append(person)
                person.sign_in()
                assert person.refresh().status == person.send("GET", "/user").status == 200
                assert person.send("DELETE", "/session").status == 200
                assert person.send("GET", "/user").status == 401
        except (OSError, http.client.HTTPException):
            return

    def live_until(self, terminal: Terminal) -> None:
        """Let them live at once, and kill the emulator while they do."""
        with ThreadPoolExecutor(CROWD) as pool:
            lives = [pool.submit(self.live) for _ in range(CROWD)]
            while len(self.people) < BEFORE_THE_KILL and not any(life.done() for life in lives):
                time.sleep(0.05)
            terminal.kill_emulator()
        for life in lives:
            life.result()
        assert len(self.people) >= BEFORE_THE_KILL


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    terminal = Terminal(tmp_path / "run")
    yield terminal
    for run in terminal.runs:
        if run.process.poll() is None:
            run.stop(signal.SIGTERM)


def test_accounts_outlive_a_restart_and_a_kill(terminal: Terminal,
                                               capsys: pytest.CaptureFixture[str]) -> None:
    first = terminal.run()
    api = Api(first.base_url(), CLIENT_ID)
    ada = Member.sign_up(api)
    ada.sign_in()
    _require_verifiable(ada, first.base_url())
    _require_pages(first)

    second = terminal.run()
    assert second.process.wait(STOP_SECONDS) == 1
    assert "running already" in second.said()

    terminal.operate("client", "add", "--stage", "local", "--id", "web", "--name", "Web shop")
    terminal.operate("client", "list", "--stage", "local")
    terminal.operate("person", "grant-role", "--stage", "local", "--email", ada.email,
                     "--role", "analyst")
    terminal.operate("rotate-signing-key", "--stage", "local")
    shown = capsys.readouterr().out
    assert "web                              enabled" in shown and "Web shop" in shown
    assert ada.send("GET", "/user").json["roles"] == ["analyst"]
    assert Api(first.base_url(), "web").send("GET", "/session", token=ada.access_token).error == (
        401, "unauthorized")

    terminal.operate("rotate-pepper", "--stage", "local")
    revoked = ada.sign_in()
    terminal.operate("rotate-signing-key", "--stage", "local", "--revoke")
    assert first.stop(signal.SIGINT) == 0
    assert "createUser {" in first.said()

    third = terminal.run()
    assert third.base_url() == first.base_url()
    assert UNCHANGED in third.said() and UNCHANGED not in first.said()
    # The functions have started anew, so none of them knows the old key.
    assert api.send("GET", "/user", token=revoked).error == (401, "unauthorized")
    ended = ada.sign_in()
    assert ada.send("DELETE", "/session").status == 200
    ada.sign_in()
    assert ada.send("GET", "/user").json == {
        "id": ada.user_id, "email": ada.email, "email_verified": False, "roles": ["analyst"]}
    third.process.kill()
    third.process.wait()

    # Its emulator outlived it, saves and makes way; then both are killed, the emulator first, in
    # the middle of what people do; then the emulator alone.
    fourth = terminal.run()
    fourth.base_url()
    assert LOST not in fourth.said()
    assert ada.send("GET", "/user").status == 200
    fourth.process.send_signal(signal.SIGSTOP)
    crowd = Crowd(api)
    crowd.live_until(terminal)
    fourth.process.kill()
    fourth.process.wait()

    fifth = terminal.run()
    fifth.base_url()
    assert LOST in fifth.said()
    assert ada.send("GET", "/user").status == 200
    assert api.send("GET", "/user", token=ended).error == (401, "unauthorized")
    for person in crowd.people:
        # As if they had never come: nothing of them is half there.
        assert person.try_sign_in().error == (401, "bad_credentials")
        assert api.send("POST", "/user", {
            "email": person.email, "password": person.password}).status == 201
    terminal.kill_emulator()
    assert fifth.process.wait(STOP_SECONDS) == 1
    assert f"The emulator has stopped by itself; {LOST}" in fifth.said()


def _require_verifiable(person: Member, issuer: str) -> None:
    """A verifier on this machine needs the printed address and nothing else."""
    with urllib.request.urlopen(f"{issuer}/.well-known/openid-configuration") as answer:
        configuration = json.load(answer)
    keys = jwt.PyJWKClient(configuration["jwks_uri"])
    told = jwt.decode(
        person.access_token, keys.get_signing_key_from_jwt(person.access_token),
        algorithms=["ES256"], audience=CLIENT_ID, issuer=issuer)
    assert (configuration["issuer"], told["sub"]) == (issuer, person.user_id)


def _require_pages(run: Run) -> None:
    """They come first of what is printed once all is ready, and are registered."""
    address = f"{run.base_url().replace('127.0.0.1', 'localhost')}/account/"
    with urllib.request.urlopen(address) as page:
        assert page.url == f"{address}home"
    assert f"\n\nAccount pages: {address}\n\nReady in" in run.said()
    assert Api(run.base_url(), "account-pages").send("POST", "/session", {}).error == (
        400, "invalid_request")


def test_the_tool_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")

    with pytest.raises(SystemExit, match="start it with `make run`"):
        operate.main(["client", "list", "--stage", "local", "--local-folder", str(tmp_path)])
    with pytest.raises(SystemExit, match="set AWS_PROFILE"):
        operate.main(["client", "list", "--stage", "dev"])
