"""Secrets are sealed for one factor of one user."""

from base64 import b64decode, b64encode

import pytest

from shared.errors import Misconfigured, Unavailable
from shared.factors.factors import RECOVERY, TOTP, Sealed, about
from shared.factors.sealing import Sealer
from shared.keys.key_ring import KeyRing
from shared.keys.peppers import derive
from tests.support.clock import Clock
from tests.support.cloud import PEPPER_SECRET

SECRET = b"what the app shares with us"
ABOUT = "totp of user ada"
NEXT_PEPPER = "the pepper after that, which is long enough to be one"


def sealer(**versions: str) -> Sealer:
    return Sealer(KeyRing(versions.get, derive, Clock()))


@pytest.fixture
def today() -> Sealer:
    return sealer(AWSCURRENT=PEPPER_SECRET)


def test_what_was_sealed_opens(today: Sealer) -> None:
    assert today.open(today.seal(SECRET, ABOUT), ABOUT) == SECRET


def test_it_does_not_show(today: Sealer) -> None:
    """Nor does the same secret look the same twice."""
    sealed = [today.seal(SECRET, ABOUT).text for _ in range(2)]

    assert SECRET not in b64decode(sealed[0])
    assert len(set(sealed)) == 2


def test_it_opens_for_nobody_else(today: Sealer) -> None:
    """Whoever can write the table must not move a factor to another user."""
    sealed = today.seal(SECRET, ABOUT)

    for other in ("totp of user bob", "recovery of user ada", ""):
        with pytest.raises(Misconfigured):
            today.open(sealed, other)


def test_each_factor_of_each_user_is_sealed_for_itself() -> None:
    assert len({about(user_id, factor_id)
                for user_id in ("ada", "bob") for factor_id in (TOTP, RECOVERY)}) == 4


@pytest.mark.parametrize("changed", [0, 12, -1])
def test_a_changed_bit_is_noticed(today: Sealer, changed: int) -> None:
    sealed = today.seal(SECRET, ABOUT)
    octets = bytearray(b64decode(sealed.text))
    octets[changed] ^= 1

    with pytest.raises(Misconfigured):
        today.open(sealed._replace(text=b64encode(octets).decode()), ABOUT)


@pytest.mark.parametrize("text", ["", "AAAA", "no base64!", "é"])
def test_what_was_never_sealed_is_refused(today: Sealer, text: str) -> None:
    with pytest.raises(Misconfigured):
        today.open(today.seal(SECRET, ABOUT)._replace(text=text), ABOUT)


def test_it_opens_after_the_pepper_was_rotated(today: Sealer) -> None:
    sealed = today.seal(SECRET, ABOUT)
    tomorrow = sealer(AWSCURRENT=NEXT_PEPPER, AWSPREVIOUS=PEPPER_SECRET)

    assert tomorrow.open(sealed, ABOUT) == SECRET
    assert tomorrow.seal(SECRET, ABOUT).pepper_id != sealed.pepper_id


def test_a_pepper_that_is_gone_is_named(today: Sealer) -> None:
    sealed = today.seal(SECRET, ABOUT)

    with pytest.raises(Misconfigured, match="pepper of a second factor is gone"):
        sealer(AWSCURRENT=NEXT_PEPPER).open(sealed, ABOUT)


def test_a_pepper_that_cannot_be_read_now_is_no_reason_to_say_so() -> None:
    def fetch(label: str) -> str | None:
        if label == "AWSCURRENT":
            return NEXT_PEPPER
        raise Unavailable

    with pytest.raises(Unavailable):
        Sealer(KeyRing(fetch, derive, Clock())).open(Sealed("AAAA", "another"), ABOUT)
