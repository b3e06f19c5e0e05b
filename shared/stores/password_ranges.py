"""The range API of Have I Been Pwned (https://haveibeenpwned.com/API/v3, "Searching by range").

It is asked by the standard library, of which any piece can be bounded: no redirect, no retry, and
at most one second, whatever the server does with it. A time-out of a socket bounds each step only,
not a server that drips, so another thread asks, and is given up.
"""

import re
import ssl
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from queue import Empty, SimpleQueue
from socket import SHUT_RDWR
from threading import Lock, Thread

from botocore.httpsession import get_cert_path

from shared.errors import Unavailable

HOST = "api.pwnedpasswords.com"
# Padding makes all answers about as long as the longest: up to a thousand rows, or 40 KB.
HEADERS = {"Add-Padding": "true", "Accept-Encoding": "gzip", "User-Agent": "session-api",
           "Connection": "close"}
SECONDS = 1.0
MAX_BYTES = 262_144
ROWS = re.compile(rb"(?:[0-9A-F]{35}:[0-9]{1,10}(?:[\r\n]+|\Z))+")
FAILURES = (OSError, HTTPException, ValueError, zlib.error)


class PasswordRanges:
    """A shared.sign_in.breached_passwords.Ranges; `connect` returns a connection that is not open
    yet. While a server has not let go of a thread, no other is started."""

    def __init__(self, connect: Callable[[], HTTPConnection], seconds: float = SECONDS) -> None:
        self._connect, self._seconds, self._busy = connect, seconds, Lock()

    def counts(self, prefix: str) -> Mapping[str, int]:
        if not self._busy.acquire(blocking=False):
            raise Unavailable("an earlier request is still hanging")
        connection, answers = self._connect(), SimpleQueue[bytes | Exception]()
        Thread(target=self._ask, args=(connection, prefix, answers), daemon=True).start()
        try:
            answer = answers.get(timeout=self._seconds)
        except Empty:
            _cut(connection)
            raise Unavailable("there was no whole answer in time") from None
        if isinstance(answer, Exception):
            raise Unavailable(f"{type(answer).__name__}: {answer}")
        return {row[:35].decode(): int(row[36:]) for row in answer.split()}

    def _ask(self, connection: HTTPConnection, prefix: str,
             answers: "SimpleQueue[bytes | Exception]") -> None:
        answers.put(self._answer(connection, prefix))

    def _answer(self, connection: HTTPConnection, prefix: str) -> bytes | Exception:
        try:
            connection.request("GET", f"/range/{prefix}", headers=HEADERS)
            return _rows(connection.getresponse())
        except FAILURES as error:
            return error
        finally:
            connection.close()
            # Before the answer is given: whoever has it may ask again at once.
            self._busy.release()


def over_tls(host: str = HOST, port: int = 443) -> Callable[[], HTTPConnection]:
    """Return what connects to a host whose certificate is one that botocore would trust."""
    context = ssl.create_default_context(cafile=get_cert_path(True))
    return lambda: HTTPSConnection(host, port, timeout=SECONDS, context=context)


def _rows(response: HTTPResponse) -> bytes:
    """Return the body, of at most 256 KB also when it is unpacked; raises one of FAILURES."""
    if response.status != 200:
        raise HTTPException(f"the status is {response.status}")
    body = response.read(MAX_BYTES + 1)
    if response.getheader("Content-Encoding", "identity") == "gzip":
        unpacking = zlib.decompressobj(zlib.MAX_WBITS | 16)
        body = unpacking.decompress(body, MAX_BYTES + 1)
        if not unpacking.eof:
            raise ValueError("the body is cut off, or too long")
    if not response.isclosed() or len(body) > MAX_BYTES:
        raise ValueError("the body is cut off, or too long")
    if not ROWS.fullmatch(body):
        raise ValueError("the body is no list of hashes and counts")
    return body


def _cut(connection: HTTPConnection) -> None:
    """Wake the thread that reads from the connection; it finds that nothing more comes."""
    if connection.sock is not None:
        with suppress(OSError):
            connection.sock.shutdown(SHUT_RDWR)
