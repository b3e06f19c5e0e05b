"""The Lambda Runtime API for one function process ("Using the Lambda runtime API").

No threads: whoever measures waits here for the process's next request, so that the
instants are those of the sockets and nothing else of this program runs meanwhile.
"""

import json
import select
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

START_SECONDS = 60


class FunctionFailed(Exception):
    """The function raised, or never answered; the text is what it told."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request of the process."""

    connection: socket.socket
    path: str
    body: bytes
    at: float


class RuntimeApi:
    """Listens on a free port of 127.0.0.1. Instants are of time.perf_counter()."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self._listener.getsockname()[1]
        self._streams: dict[socket.socket, BinaryIO] = {}
        self._waiting: socket.socket | None = None
        self._count = 0

    def wait_until_ready(self) -> float:
        """Return the instant at which the process asked for its next event."""
        call = self._next_call()
        while not call.path.endswith("/invocation/next"):
            _reply(call.connection, 202)
            if call.path.endswith("/error"):
                raise FunctionFailed(call.body.decode())
            call = self._next_call()
        self._waiting = call.connection
        return call.at

    def invoke(self, event: Mapping[str, Any]) -> tuple[float, float, Any]:
        """Send the event to the waiting process; return when it went, when the answer came,
        and the answer. Raises FunctionFailed."""
        if self._waiting is None:
            raise FunctionFailed("the process is not waiting for an event")
        self._count += 1
        body = json.dumps(event).encode()
        sent_at = time.perf_counter()
        _reply(self._waiting, 200, body, (
            f"Lambda-Runtime-Aws-Request-Id: {self._count:08d}-0000-4000-8000-000000000000",
            f"Lambda-Runtime-Deadline-Ms: {int(time.time() * 1000) + 15_000}",
            "Lambda-Runtime-Invoked-Function-Arn: "
            "arn:aws:lambda:us-west-2:123456789012:function:benchmark"))
        self._waiting = None
        call = self._next_call()
        _reply(call.connection, 202)
        if call.path.endswith("/error"):
            raise FunctionFailed(call.body.decode())
        return sent_at, call.at, json.loads(call.body)

    def close(self) -> None:
        for connection in [self._listener, *self._streams]:
            connection.close()

    def _next_call(self) -> Call:
        while True:
            ready, _, _ = select.select([self._listener, *self._streams], [], [], START_SECONDS)
            if not ready:
                raise FunctionFailed(f"no request of the process in {START_SECONDS} s")
            for connection in ready:
                if connection is self._listener:
                    accepted, _ = self._listener.accept()
                    accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    self._streams[accepted] = accepted.makefile("rb")
                elif call := self._read(connection):
                    return call

    def _read(self, connection: socket.socket) -> Call | None:
        """Return the request, or None when the process has closed the connection."""
        stream = self._streams[connection]
        request = stream.readline().split()
        if not request:
            del self._streams[connection]
            connection.close()
            return None
        length = 0
        while (line := stream.readline().strip()):
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
            elif name.lower() == b"expect":
                connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = stream.read(length)
        return Call(connection, request[1].decode(), body, time.perf_counter())


def _reply(connection: socket.socket, status: int, body: bytes = b"",
           headers: tuple[str, ...] = ()) -> None:
    head = [f"HTTP/1.1 {status} OK", "Content-Type: application/json",
            f"Content-Length: {len(body)}", *headers]
    connection.sendall("\r\n".join([*head, "", ""]).encode() + body)
