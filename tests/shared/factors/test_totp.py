"""One-time passwords by time (RFC 6238) and by a counter (RFC 4226)."""

import random
import shutil
import subprocess
from urllib.parse import parse_qs, unquote, urlsplit

import pyotp
import pytest

from shared.factors.totp import encoded, hotp, matching_step, otpauth_uri

SECRET = b"12345678901234567890"
# RFC 4226, appendix D.
COUNTED = ("755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871",
           "520489")
# RFC 6238, appendix B, for SHA-1: the time, and its code of eight digits.
TIMED = ((59, "94287082"), (1111111109, "07081804"), (1111111111, "14050471"),
         (1234567890, "89005924"), (2000000000, "69279037"), (20000000000, "65353130"))
SAMPLES = 1000


def samples() -> list[tuple[bytes, int]]:
    """Return secrets and instants, the same in each run."""
    chance = random.Random(4226)
    return [(chance.randbytes(20), chance.randrange(1 << 33)) for _ in range(SAMPLES)]


@pytest.mark.parametrize(("counter", "code"), list(enumerate(COUNTED)))
def test_the_codes_of_rfc_4226(counter: int, code: str) -> None:
    assert hotp(SECRET, counter) == code


@pytest.mark.parametrize(("now", "code"), TIMED)
def test_the_codes_of_rfc_6238(now: int, code: str) -> None:
    assert hotp(SECRET, now // 30, digits=8) == code
    assert matching_step(SECRET, code[2:], now) == now // 30


def test_pyotp_makes_the_same_codes() -> None:
    for secret, now in samples():
        assert matching_step(secret, pyotp.TOTP(encoded(secret)).at(now), now) == now // 30


@pytest.mark.skipif(shutil.which("oathtool") is None, reason="there is no oathtool here")
def test_oathtool_makes_the_same_codes() -> None:
    for secret, now in samples()[:50]:
        made = subprocess.run(
            ["oathtool", "--totp", "--base32", f"--now=@{now}", encoded(secret)],
            capture_output=True, text=True, check=True).stdout.strip()
        assert matching_step(secret, made, now) == now // 30


@pytest.mark.parametrize("off", [-1, 0, 1])
def test_a_code_is_good_one_step_before_and_after_its_own(off: int) -> None:
    assert matching_step(SECRET, hotp(SECRET, 1000 + off), 30_000) == 1000 + off


@pytest.mark.parametrize("off", [-2, 2])
def test_two_steps_off_it_is_not(off: int) -> None:
    assert matching_step(SECRET, hotp(SECRET, 1000 + off), 30_000) is None


@pytest.mark.parametrize("code", ["", "12345", "1234567", "\u0661\u0662\u0663\u0664\u0665\u0666",
                                  "-12345", "é"])
def test_what_is_no_code_matches_nothing(code: str) -> None:
    assert matching_step(SECRET, code, 30_000) is None


def test_an_app_reads_what_the_address_says() -> None:
    """Names with blanks, colons and other letters too ("Key URI Format")."""
    address = urlsplit(otpauth_uri(SECRET, "Ada & Söhne: API", "ada+x/y?z#%@example.org"))

    assert unquote(address.path) == "/Ada & Söhne: API:ada+x/y?z#%@example.org"
    assert address.path.count(":") == 1, "the one between service and account"
    assert " " not in address.geturl() and "+" not in address.geturl()
    assert parse_qs(address.query)["issuer"] == ["Ada & Söhne: API"]
    assert pyotp.parse_uri(address.geturl()).secret == encoded(SECRET)
