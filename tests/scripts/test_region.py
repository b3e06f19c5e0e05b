"""Every tool works in the same region: the stage's in serverless.yml, unless an argument says
another. It says first where that is."""

import os
import re
import sys
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore.stub import Stubber

from scripts import deliver, operate, serverless_yml
from scripts.delivery import aws
from scripts.deployed_stage import announce, region
from tests.delivery.zips import Zips

DEFINITION: Mapping[str, Any] = {"functions": {"ping": {}}, "params": {
    "default": {"region": "us-west-2"}, "dev": {}, "test": {}, "prod": {"region": "eu-central-1"}}}
REFUSAL = (b"<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error>"
           b"</ErrorResponse>")
TOOLS = {
    "operate": (operate.main, ["client", "list", "--stage"]),
    "deliver": (deliver.main, ["smoke", "--function", "ping", "--stage"]),
    "promote": (deliver.main, ["promote", "--function", "ping", "--to", "test", "--from"]),
    "rollback": (deliver.main, ["rollback", "--function", "ping", "--stage"]),
}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[list[str]]:
    """The regions of the requests that AWS gets; it refuses each."""
    regions: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def refuse(self) -> None:
            self.rfile.read(int(self.headers.get("content-length", 0)))
            scope = re.search(r"Credential=[^/]+/\d+/([^/]+)/", self.headers["authorization"])
            regions.append(scope[1] if scope else "")
            self.send_response(403)
            self.send_header("content-length", str(len(REFUSAL)))
            self.end_headers()
            self.wfile.write(REFUSAL)

        do_GET = do_POST = refuse

        def log_message(self, *_: Any) -> None:
            """Keep quiet."""

    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("DIST", str(Zips(tmp_path).good()))
    monkeypatch.setattr(serverless_yml, "load", lambda: DEFINITION)
    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        for name, value in {
                "AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.server_port}",
                "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
                "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}.items():
            monkeypatch.setenv(name, value)
        yield regions
        server.shutdown()
        thread.join()


def use(tool: str, stage: str, monkeypatch: pytest.MonkeyPatch, *options: str) -> None:
    main, words = TOOLS[tool]
    monkeypatch.setattr(sys, "argv", [tool, *words, stage, *options])
    with pytest.raises(SystemExit, match="AWS refused"):
        main()


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize(("stage", "region"), [("dev", "us-west-2"), ("prod", "eu-central-1")])
def test_a_stage_is_where_serverless_yml_says(
        asked: list[str], monkeypatch: pytest.MonkeyPatch, tool: str, stage: str,
        region: str) -> None:
    use(tool, stage, monkeypatch)

    assert set(asked) == {region}


@pytest.mark.parametrize("tool", TOOLS)
def test_a_region_given_as_an_argument_goes_before_both(
        asked: list[str], monkeypatch: pytest.MonkeyPatch, tool: str) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    use(tool, "prod", monkeypatch, "--region", "eu-north-1")

    assert set(asked) == {"eu-north-1"}


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("variable", ["AWS_REGION", "AWS_DEFAULT_REGION"])
def test_another_region_that_nobody_may_have_typed_is_refused(
        asked: list[str], monkeypatch: pytest.MonkeyPatch, tool: str, variable: str) -> None:
    monkeypatch.setenv(variable, "eu-west-1")
    main, words = TOOLS[tool]
    monkeypatch.setattr(sys, "argv", [tool, *words, "prod"])

    with pytest.raises(SystemExit) as refusal:
        main()

    assert str(refusal.value.code) == (
        f"{variable} is eu-west-1, and serverless.yml has stage prod in eu-central-1. Unset "
        f"{variable} or set it to eu-central-1; to work in eu-west-1 all the same, say "
        "REGION=eu-west-1 after `make`, or `--region eu-west-1`.")
    assert asked == []


@pytest.mark.parametrize("variables", [
    {"AWS_REGION": "eu-central-1"}, {"AWS_REGION": "", "AWS_DEFAULT_REGION": "eu-central-1"}])
def test_the_same_region_in_the_environment_is_no_matter(
        asked: list[str], monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    use("rollback", "prod", monkeypatch)

    assert set(asked) == {"eu-central-1"}


def test_stage_local_is_in_no_region_of_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-west-1")

    assert region(None, "local") == "us-west-2"


@pytest.mark.parametrize("tool", TOOLS)
def test_each_tool_says_first_where_it_works(
        asked: list[str], monkeypatch: pytest.MonkeyPatch, tool: str,
        capsys: pytest.CaptureFixture[str]) -> None:
    """To stderr, and also where STS refuses."""
    use(tool, "prod", monkeypatch)

    said = capsys.readouterr()
    assert said.err.startswith("Stage prod, region eu-central-1; which account this is was not "
                               "said (AWS refused: ")
    assert said.out == ""


def test_the_account_is_named(monkeypatch: pytest.MonkeyPatch,
                              capsys: pytest.CaptureFixture[str]) -> None:
    sts = botocore.session.get_session().create_client(
        "sts", region_name="us-west-2", aws_access_key_id="a", aws_secret_access_key="b")
    monkeypatch.setattr(aws, "client", lambda *_: sts)
    with Stubber(sts) as answers:
        answers.add_response("get_caller_identity", {"Account": "111122223333"}, {})
        announce("dev", "us-west-2")

    assert capsys.readouterr().err == "Stage dev, region us-west-2, account 111122223333.\n"


def test_the_network_of_no_stage_is_where_most_stages_are(
        asked: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["deliver", "deploy-vpc"])

    with pytest.raises(SystemExit, match="AWS refused"):
        deliver.main()

    assert set(asked) == {"us-west-2"}
