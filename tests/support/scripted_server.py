"""A server on this machine that says what a test has written, byte by byte if need be."""

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

Script = Callable[["Exchange"], None]


class Exchange:
    """One connection: `request` is what the client sent; `leaving` is set when the test is over."""

    def __init__(self, connection: socket.socket, leaving: Event) -> None:
        self._connection, self.leaving = connection, leaving
        self.request = b""
        while b"\r\n\r\n" not in self.request:
            received = connection.recv(4096)
            if not received:
                break
            self.request += received

    def say(self, octets: bytes) -> None:
        self._connection.sendall(octets)

    def say_and_drip(self, at_once: bytes, octets: bytes) -> None:
        self.say(at_once)
        self.drip(octets)

    def drip(self, octets: bytes, seconds: float = 0.02) -> None:
        """Say one byte after another, each well within the time-out of a socket."""
        for octet in octets:
            self.say(bytes([octet]))
            self.leaving.wait(seconds)


class Server:
    """`requests` are what was asked, `finished` how many scripts came to their end."""

    def __init__(self, script: Script, context: ssl.SSLContext | None) -> None:
        self.script, self._context = script, context
        self.requests: list[bytes] = []
        self.finished, self.leaving = 0, Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self.leaving.set()
        # A thread that waits for a connection would keep the port open.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            if self._context is not None:
                connection = self._context.wrap_socket(connection, server_side=True)
            with connection:
                exchange = Exchange(connection, self.leaving)
                self.requests.append(exchange.request)
                self.script(exchange)
                self.finished += 1


@contextmanager
def serving(script: Script, context: ssl.SSLContext | None = None) -> Iterator[Server]:
    server = Server(script, context)
    try:
        yield server
    finally:
        server.close()
