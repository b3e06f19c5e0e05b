"""What the programs of a stage say when they cannot work on it: one sentence, with the cause."""

import os
import sys
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from botocore.exceptions import HTTPClientError, WaiterError

from scripts import deliver, operate
from scripts.deployed_stage import reason

Main = Callable[[], None]
NOBODY_LISTENS = "http://127.0.0.1:9"
NO_STAGE = "There is no stage foo; there are local, dev, test, prod."
PROGRAMS: dict[str, tuple[Main, str]] = {
    "client": (operate.main, "client list --stage"),
    "export": (operate.main, "export-users --file users.jsonl --stage"),
    "deploy": (deliver.main, "deploy --stage"),
    "smoke": (deliver.main, "smoke --stage"),
    "rollback": (deliver.main, "rollback --stage"),
    "promote from": (deliver.main, "promote --to test --from"),
    "promote to": (deliver.main, "promote --from dev --to"),
}


@pytest.fixture(autouse=True)
def shell(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that has credentials, and says nothing else."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name in ("STAGE", "FROM", "TO", "FUNCTION_NAME", "BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {
            "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_ENDPOINT_URL": NOBODY_LISTENS, "AWS_MAX_ATTEMPTS": "1"}.items():
        monkeypatch.setenv(name, value)


def said(program: str, *words: str) -> object:
    main, command = PROGRAMS[program]
    with pytest.MonkeyPatch.context() as patch, pytest.raises(SystemExit) as end:
        patch.setattr(sys, "argv", [program, *command.split(), *words])
        main()
    return end.value.code


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("options", [[], ["--region", "eu-west-1"]], ids=["", "with a region"])
def test_a_stage_that_is_not_there_is_refused(program: str, options: list[str]) -> None:
    assert said(program, "foo", *options) == NO_STAGE


@pytest.mark.parametrize("program", ["client", "smoke"])
def test_what_all_stages_share_is_no_stage(program: str) -> None:
    assert said(program, "default") == NO_STAGE.replace("foo", "default")


@pytest.mark.parametrize("program", ["client", "smoke", "rollback"])
def test_aws_that_cannot_be_reached_has_refused_nothing(program: str, no_waiting: list[float]
                                                        ) -> None:
    assert str(said(program, "dev")).startswith(
        f"AWS was not reached: Could not connect to the endpoint URL: \"{NOBODY_LISTENS}/")


@pytest.mark.parametrize(("program", "variable"), [
    ("client", "AWS_ENDPOINT_URL"), ("smoke", "AWS_ENDPOINT_URL"),
    ("rollback", "AWS_ENDPOINT_URL"), ("client", "AWS_ENDPOINT_URL_STS"),
    ("client", "AWS_ENDPOINT_URL_CLOUDFORMATION"), ("rollback", "AWS_ENDPOINT_URL_LAMBDA")])
@pytest.mark.parametrize(("url", "wrong"), [
    ("127.0.0.1:4566", "Invalid endpoint: 127.0.0.1:4566"), ("http://[", "Invalid IPv6 URL"),
    ("http://127.0.0.1:99999", "Port out of range 0-65535"),
    ("http://127.0.0.1:x", "Port could not be cast to integer value as 'x'"),
    ("http://127.0.0.1:4566 ", "Port could not be cast to integer value as '4566 '")])
def test_an_endpoint_that_is_no_url_is_refused(program: str, variable: str, url: str, wrong: str,
                                               monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, url)

    assert str(said(program, "dev")).startswith(
        f"{wrong}: AWS_ENDPOINT_URL or a variable that begins like it, or the endpoint_url of the "
        "AWS profile, is not a URL such as http://127.0.0.1:4566.")


@pytest.mark.parametrize("url", ["127.0.0.1:4566", "foo", "https://", "ftp://example.org",
                                 "http://[", "http://a:x/"])
def test_a_base_url_that_is_no_url_is_refused(url: str) -> None:
    assert str(said("smoke", "dev", "--base-url", url)) == (
        f"{url} is no base URL; BASE_URL is one such as https://abc.execute-api.us-west-2."
        "amazonaws.com/dev.")


@pytest.mark.parametrize("program", ["client", "smoke", "rollback"])
def test_an_endpoint_that_nobody_answers_at_is_given_up_soon(
        program: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_MAX_ATTEMPTS")
    begun = time.monotonic()

    said(program, "dev")

    assert time.monotonic() - begun < 15


@pytest.mark.parametrize("program", ["client", "smoke"])
def test_a_profile_that_is_not_there_is_named(program: str,
                                              monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nowhere")

    assert said(program, "dev") == (
        "AWS was not asked: The config profile (nowhere) could not be found")


@pytest.mark.parametrize("program", ["client", "smoke"])
def test_half_of_the_credentials_are_not_sent(program: str,
                                              monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")

    assert str(said(program, "dev")).startswith("AWS was not asked: Partial credentials found")


def test_a_connection_that_breaks_did_not_reach_aws() -> None:
    assert reason(HTTPClientError(error="reset")).startswith("AWS was not reached: ")


def test_what_aws_has_begun_and_not_finished_was_reached() -> None:
    failure = WaiterError("ChangeSetCreateComplete", "it failed", {})

    assert reason(failure).startswith("AWS refused: Waiter ChangeSetCreateComplete failed")


@pytest.mark.parametrize(("given", "missing"), [({}, "FROM"), ({"FROM": "dev"}, "TO")])
def test_a_promotion_needs_two_stages(given: dict[str, str], missing: str,
                                      monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "argv", ["deliver", "promote"])

    with pytest.raises(SystemExit) as refusal:
        deliver.main()

    assert refusal.value.code == (
        f"{missing} is not set; name it, as in `make promote FROM=dev TO=test`.")


@pytest.mark.parametrize("program", ["client", "smoke", "rollback"])
def test_a_proxy_that_answers_in_place_of_aws_is_no_traceback(
        program: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            self.send_response(403)
            self.send_header("content-length", "0")
            self.end_headers()

        do_GET = do_POST = answer

        def log_message(self, *_: Any) -> None:
            """Keep quiet."""

    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            answer = str(said(program, "dev"))
        finally:
            server.shutdown()
            thread.join()

    assert "What answers there is not AWS" in answer or "AWS refused: " in answer


def test_who_stops_a_step_is_told_how_to_go_on(monkeypatch: pytest.MonkeyPatch,
                                               capsys: pytest.CaptureFixture[str]) -> None:
    def stopped(_arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(deliver, "run_smoke", stopped)

    assert said("smoke", "dev") == 130
    assert "`make rollback UNCHECKED=yes` goes back" in capsys.readouterr().err


@pytest.mark.parametrize("step", ["deploy", "deploy-vpc"])
def test_parameters_come_as_they_were_typed(step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARAMS", "a=$b  c=`d`")

    assert deliver.parser().parse_args([step]).param == ["a=$b", "c=`d`"]
    assert deliver.parser().parse_args([step, "--param", "e=f"]).param[-1] == "e=f"
