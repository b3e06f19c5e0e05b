"""A proxy before the store that counts requests and the units they consume.

It asks for ReturnConsumedCapacity in the client's stead, so that what is measured is the
code as it ships. Only the counting pass goes through it: it would cost time.
"""

import json
from collections import Counter
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

READS = ("GetItem", "Query")


class Meter:
    """As a context, stands before the store at `store` ("http://host:port")."""

    def __init__(self, store: str) -> None:
        self._store = store.removeprefix("http://")
        self.reset()

    def reset(self) -> None:
        self.requests: Counter[str] = Counter()
        self.read_units = self.write_units = 0.0

    def count(self, operation: str, asked: dict[str, Any], answer: dict[str, Any]) -> None:
        self.requests[operation] += 1
        if operation == "TransactWriteItems":
            # Two units an item of up to 1 KB, says the guide ("Managing complex workflows with
            # DynamoDB transactions"); DynamoDB Local tells four.
            self.write_units += 2 * len(asked["TransactItems"])
            return
        consumed = answer.get("ConsumedCapacity", {})
        # A batch tells it by table, and a batch of ours is of one.
        [consumed] = consumed if isinstance(consumed, list) else [consumed]
        units = consumed.get("CapacityUnits", 0)
        if operation in READS:
            self.read_units += units
        else:
            self.write_units += units

    def __enter__(self) -> "Meter":
        meter = self

        class Proxy(_Proxy):
            def forwarded(self, target: str, body: bytes) -> tuple[int, dict[str, str], bytes]:
                return meter.forward(target, dict(self.headers), body)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
        self._server.daemon_threads = True
        Thread(target=self._server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def forward(self, target: str, headers: dict[str, str], body: bytes
                ) -> tuple[int, dict[str, str], bytes]:
        wanted = json.loads(body) | {"ReturnConsumedCapacity": "TOTAL"}
        asked = json.dumps(wanted).encode()
        connection = HTTPConnection(self._store)
        connection.request("POST", "/", asked, headers | {"Content-Length": str(len(asked))})
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        self.count(target.rpartition(".")[2], wanted, json.loads(content))
        return answer.status, dict(answer.getheaders()), content


class _Proxy(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def forwarded(self, target: str, body: bytes) -> tuple[int, dict[str, str], bytes]:
        raise NotImplementedError

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status, headers, content = self.forwarded(self.headers["X-Amz-Target"], body)
        self.send_response(status)
        for name, value in headers.items():
            if name.lower() not in ("content-length", "connection", "transfer-encoding", "date",
                                    "server"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        return
