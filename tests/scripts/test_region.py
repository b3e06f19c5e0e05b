"""Every tool works in the same region: the one that is said, else the stage's in serverless.yml."""

import os
import re
import sys
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from scripts import deliver, operate, serverless_yml
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
def test_aws_region_goes_before_serverless_yml_and_the_option_before_both(
        asked: list[str], monkeypatch: pytest.MonkeyPatch, tool: str) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    use(tool, "prod", monkeypatch)
    use(tool, "prod", monkeypatch, "--region", "eu-north-1")

    assert list(dict.fromkeys(asked)) == ["eu-west-1", "eu-north-1"]


def test_the_network_of_no_stage_is_where_most_stages_are(
        asked: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["deliver", "deploy-vpc"])

    with pytest.raises(SystemExit, match="AWS refused"):
        deliver.main()

    assert set(asked) == {"us-west-2"}
