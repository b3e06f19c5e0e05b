"""What the shell says about AWS and about proxies is not for clients of this machine."""

import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from scripts.local import clients


@pytest.fixture
def endpoint() -> Iterator[str]:
    """A server that answers every request with an empty list."""
    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("content-length", 0)))
            content = b'{"TableNames": []}'
            self.send_response(200)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = answer

        def log_message(self, *_: Any) -> None:
            """Keep quiet."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(params=[
    {"http_proxy": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9"},
    {"AWS_PROFILE": "nowhere"}, {"AWS_CONFIG_FILE": "broken"},
    {"AWS_SHARED_CREDENTIALS_FILE": "broken"}, {"AWS_MAX_ATTEMPTS": "abc"},
    {"AWS_RETRY_MODE": "abc"}, {"AWS_DEFAULTS_MODE": "abc"}, {"AWS_ENDPOINT_URL": "abc"},
    {"AWS_DATA_PATH": "/nowhere"}, {"AWS_STS_REGIONAL_ENDPOINTS": "abc"},
    {"AWS_REQUEST_CHECKSUM_CALCULATION": "abc"}, {"AWS_USE_FIPS_ENDPOINT": "true"},
    {"AWS_CA_BUNDLE": "/nowhere"}, {"AWS_ACCESS_KEY_ID": "half"}], ids=lambda shell: [*shell][0])
def shell(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "broken").write_text("[default\nregion")
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.delenv("no_proxy")
    monkeypatch.delenv("NO_PROXY")
    for name, value in request.param.items():
        monkeypatch.setenv(name, str(tmp_path / value) if value == "broken" else value)


@pytest.mark.usefixtures("shell")
def test_this_machine_is_asked_whatever_the_shell_says(endpoint: str) -> None:
    assert clients.aws_client("dynamodb", endpoint).list_tables()["TableNames"] == []
    assert clients.get_json(endpoint) == {"TableNames": []}
