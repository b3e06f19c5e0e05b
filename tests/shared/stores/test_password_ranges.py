"""The range API is asked within a second, and only a whole and right answer counts."""

import gzip
import time
import tracemalloc
import zlib
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path
from threading import Lock, Thread

import pytest

from shared.errors import Unavailable
from shared.stores import password_ranges
from shared.stores.password_ranges import MAX_BYTES, PasswordRanges, over_tls
from tests.support.scripted_server import Exchange, Script, Server, serving
from tests.verifiers import certificate

PREFIX, REST = "21BD1", "0018A45C4D1DEF81644B54AB7F969B88D65"
PAD = "00D4F6E8FA6EECAD2A3AA415EEC418D38EC"
BODY = f"{REST}:10\r\n{PAD}:0".encode()
# Beyond what a step of the client may take, and short enough for a test.
PATIENCE_SECONDS = 0.5


def answer(body: bytes = BODY, *headers: str, status: str = "200 OK") -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def saying(octets: bytes) -> Script:
    return lambda exchange: exchange.say(octets)


def ranges(server: Server, seconds: float = 30) -> PasswordRanges:
    return PasswordRanges(lambda: HTTPConnection("127.0.0.1", server.port, timeout=seconds),
                          seconds)


def test_an_answer_is_how_often_each_password_was_seen() -> None:
    with serving(saying(answer())) as server:
        assert ranges(server).counts(PREFIX) == {REST: 10, PAD: 0}

    [request] = server.requests
    lines = request.decode().split("\r\n")
    assert lines[0] == f"GET /range/{PREFIX} HTTP/1.1"
    assert "Add-Padding: true" in lines


def chunked(body: bytes, end: bytes = b"0\r\n\r\n") -> bytes:
    half = len(body) // 2
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in (body[:half], body[half:]))
    return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks + end


@pytest.mark.parametrize("said", [
    answer(gzip.compress(BODY), "Content-Encoding: gzip"), answer(BODY + b"\r\n"), chunked(BODY),
    answer(BODY.replace(b"\r", b"")), answer(BODY.replace(b"\r\n", b"\r\n\r\n")),
    answer(b"\r\n".join(b"%035X:%d" % (number, number) for number in range(1, 2000))
           + f"\r\n{REST}:10\r\n{PAD}:0".encode())],
    ids=["packed", "with an end of line", "in chunks", "of other lines",
         "of which some are empty", "longer than any"])
def test_an_answer_may_have_these_forms(said: bytes) -> None:
    with serving(saying(said)) as server:
        counts = ranges(server).counts(PREFIX)

    assert (counts[REST], counts[PAD]) == (10, 0)


BROKEN = {
    "no HTTP": b"220 smtp.example.org\r\n",
    "nothing": b"",
    "another status": answer(status="503 Service Unavailable"),
    "a redirect": answer(b"", "Location: /range/00000", status="302 Found"),
    "no row": answer(b""),
    "a page": answer(b"<!doctype html><p>Welcome to the hotel</p>"),
    "a row that is none": answer(BODY + b"\r\nzzz"),
    "a negative count": answer(f"{REST}:-1".encode()),
    "lower case": answer(BODY.lower()),
    "bytes beyond ASCII": answer(b"\xff" * 35 + b":1"),
    "cut off between rows": answer(BODY + b"\r\n" + BODY).removesuffix(b"\r\n" + BODY),
    "cut off in chunks": chunked(BODY, end=b""),
    "an end that is not told": b"HTTP/1.1 200 OK\r\n\r\n" + BODY,
    "a packing that is not known": answer(zlib.compress(BODY), "Content-Encoding: deflate"),
    "packed and cut off": answer(gzip.compress(BODY)[:-9], "Content-Encoding: gzip"),
    "packed wrongly": answer(BODY, "Content-Encoding: gzip"),
    "too many headers": answer(BODY, *["X: y"] * 300),
}


@pytest.mark.parametrize("name", BROKEN)
def test_any_other_answer_is_none(name: str) -> None:
    with serving(saying(BROKEN[name])) as server, pytest.raises(Unavailable):
        ranges(server).counts(PREFIX)

    assert len(server.requests) == 1, "it is asked once, and nobody else is"


HUGE = b"\r\n".join([BODY] * (40 * MAX_BYTES // len(BODY)))


@pytest.mark.parametrize("said", [
    answer(HUGE), chunked(HUGE), answer(gzip.compress(HUGE), "Content-Encoding: gzip")],
    ids=["huge", "huge chunks", "a bomb"])
def test_a_huge_answer_is_neither_taken_nor_held(said: bytes) -> None:
    """However well it is packed."""
    with serving(saying(said)) as server:
        asked = ranges(server)
        tracemalloc.start()
        with pytest.raises(Unavailable, match="too long"):
            asked.counts(PREFIX)
        _, most_bytes = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert most_bytes < 8 * MAX_BYTES


HEAD = b"HTTP/1.1 200 OK\r\n"


def slow(exchange: Exchange) -> None:
    exchange.leaving.wait(600)


SLOW: dict[str, Script] = {
    "says nothing": slow,
    "drips its headers": lambda exchange: exchange.drip(HEAD + b"X: " + b"y" * 9_000),
    "drips its body": lambda exchange: exchange.say_and_drip(
        HEAD + b"Content-Length: 90000\r\n\r\n", b"A" * 90_000),
    "drips chunks": lambda exchange: exchange.say_and_drip(
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nA\r\n" * 9_000),
}


@pytest.mark.parametrize("name", SLOW)
def test_a_server_that_takes_its_time_is_given_up_and_let_go(name: str) -> None:
    """Although each byte comes within the time-out of a socket. The next request is answered."""
    with serving(SLOW[name]) as server:
        asked = ranges(server, PATIENCE_SECONDS)
        with pytest.raises(Unavailable):
            asked.counts(PREFIX)
        assert server.finished == 0, "the server has said all that it wanted to say"

        server.script = saying(answer())
        assert until_let_go(asked) == {REST: 10, PAD: 0}


def until_let_go(asked: PasswordRanges) -> object:
    """Return the answer of the first request that no earlier one stands in the way of."""
    assert asked._busy.acquire(timeout=30), "the thread still hangs"
    asked._busy.release()
    return asked.counts(PREFIX)


class LateRelease:
    """A lock that takes its time to be free."""

    def __init__(self) -> None:
        lock = Lock()
        self.acquire, self._release = lock.acquire, lock.release

    def release(self) -> None:
        time.sleep(0.2)
        self._release()


def test_whoever_has_an_answer_may_ask_again_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(saying(answer())) as server:
        asked = ranges(server)
        monkeypatch.setattr(asked, "_busy", LateRelease())

        assert [asked.counts(PREFIX) for _ in range(2)] == [{REST: 10, PAD: 0}] * 2


def test_while_a_thread_hangs_no_other_is_started() -> None:
    """Or a server that never lets go would fill the function with threads."""
    with serving(slow) as server:
        asked = ranges(server)
        first = Thread(target=lambda: failing(asked), daemon=True)
        first.start()
        while not server.requests:
            first.join(0.01)
        with pytest.raises(Unavailable, match="still hanging"):
            asked.counts(PREFIX)

    first.join(30)
    assert len(server.requests) == 1 and not first.is_alive()


def failing(asked: PasswordRanges) -> None:
    with pytest.raises(Unavailable):
        asked.counts(PREFIX)


def test_a_server_that_is_not_there_is_none() -> None:
    with serving(slow) as server:
        pass

    with pytest.raises(Unavailable, match="ConnectionRefused"):
        ranges(server).counts(PREFIX)


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    context, _ = certificate.make(tmp_path)

    with serving(saying(answer()), context) as server, pytest.raises(
            Unavailable, match="CERTIFICATE_VERIFY_FAILED"):
        PasswordRanges(over_tls("127.0.0.1", server.port), 30).counts(PREFIX)

    assert server.requests == []


def test_a_certificate_of_a_trusted_issuer_is_accepted(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context, trusted = certificate.make(tmp_path)
    trusts: Callable[[bool], str] = lambda _verify: str(trusted)
    monkeypatch.setattr(password_ranges, "get_cert_path", trusts)

    with serving(saying(answer()), context) as server:
        counts = PasswordRanges(over_tls("127.0.0.1", server.port), 30).counts(PREFIX)

    assert counts == {REST: 10, PAD: 0}


def test_the_service_asks_have_i_been_pwned_and_nobody_else() -> None:
    connection = over_tls()()

    assert (connection.host, connection.port) == ("api.pwnedpasswords.com", 443)
    assert connection.timeout == password_ranges.SECONDS == 1
