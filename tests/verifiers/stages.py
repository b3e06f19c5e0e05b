"""Stages whose configuration and keys other programs fetch, without an emulator.

The functions' own handlers answer, on the real clock, because the verifiers read that. Each stage
has a path, as under API Gateway, and a signing secret of its own.
"""

import ssl
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from lambda_functions import get_configuration, get_jwks
from scripts.operating.rotation import revoke
from shared.keys.signing_keys import SigningKey
from shared.wiring.services import Services, wall_clock
from tests.support.application import CLIENT_ID, Answer, Application, send
from tests.support.cloud import Cloud
from tests.support.events import proxy_event
from tests.support.possession import Prover

CONFIGURATION, KEYS = "/.well-known/openid-configuration", "/.well-known/jwks.json"
HANDLERS = {CONFIGURATION: get_configuration.handler, KEYS: get_jwks.handler}


class ServedStage:
    """A stage at `issuer`. The stages share the tables of `cloud`, of which no token speaks.
    `fetched` counts what verifiers have asked for. At the paths of `instead` they get these answers
    instead of its own."""

    def __init__(self, cloud: Cloud, issuer: str) -> None:
        self.issuer, self.fetched = issuer, Counter[str]()
        self.instead: dict[str, Answer] = {}
        self._cloud, self._secret_id = cloud, f"signing-secret-{issuer.rpartition('/')[2]}"
        cloud.secrets_manager.create_secret(
            Name=self._secret_id, SecretString=f"the signing secret of the stage {issuer}")
        self._answering = self.services()

    def services(self, seconds_ago: int = 0) -> Services:
        """Return services whose tokens were minted so many seconds ago."""
        return self._cloud.services(lambda: wall_clock() - seconds_ago, token_issuer=self.issuer,
                                    signing_secret_id=self._secret_id)

    def application(self, client_id: str = CLIENT_ID, seconds_ago: int = 0,
                    prover: Prover | None = None) -> Application:
        return Application(self.services(seconds_ago), client_id, prover)

    def revoke_key(self) -> None:
        """Revoke the key, and let functions answer that have not fetched it before."""
        revoke(self._cloud.secrets_manager, self._secret_id)
        self._answering = self.services()

    @property
    def key(self) -> SigningKey:
        return self.services().signing_keys.newest()

    def answer(self, path: str) -> Answer:
        """Return what the function of this path answers, or what is there instead."""
        self.fetched[path] += 1
        if path in self.instead:
            return self.instead[path]
        return send(HANDLERS[path], proxy_event("GET", path), self._answering)


class Server:
    """Serves every stage at `address` that a test asks for."""

    def __init__(self, cloud: Cloud, address: str) -> None:
        self._cloud, self._address = cloud, address
        self._stages: dict[str, ServedStage] = {}

    def stage(self, name: str = "") -> ServedStage:
        """Return the stage of this name, or a new one."""
        name = name or f"stage-{len(self._stages)}"
        if name not in self._stages:
            self._stages[name] = ServedStage(self._cloud, f"{self._address}/{name}")
        return self._stages[name]

    def answer(self, path: str) -> Answer:
        _, name, path = path.split("/", 2)
        return self._stages[name].answer(f"/{path}")


@contextmanager
def serving(cloud: Cloud, certificate: ssl.SSLContext | None) -> Iterator[Server]:
    """Listen on this machine until the end, over http where there is no certificate."""
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Headers and body in one piece: a client would wait 40 ms before it confirms the first.
        wbufsize = -1

        def do_GET(self) -> None:
            answer = stages.answer(self.path)
            content = answer.text.encode()
            self.send_response(answer.status)
            for header in (*answer.headers.items(), ("Content-Length", str(len(content)))):
                self.send_header(*header)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            """Keep quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        if certificate:
            server.socket = certificate.wrap_socket(server.socket, server_side=True)
        scheme = "https" if certificate else "http"
        stages = Server(cloud, f"{scheme}://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield stages
        finally:
            server.shutdown()
            thread.join()
