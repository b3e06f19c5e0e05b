"""Which public keys of passkeys are taken."""

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from fido2.cose import ES256, RS256, CoseKey

from shared.errors import Flaw, InvalidPasskey
from shared.factors.public_keys import check_signature, is_public_key, stored_key

_N = rsa.generate_private_key(65537, 2048).public_key().public_numbers().n
_POINT = ec.generate_private_key(ec.SECP256R1()).public_key().public_numbers()
RSA = RS256({1: 3, 3: -257, -1: _N.to_bytes(256), -2: b"\1\0\1"})
NIST = ES256({1: 2, 3: -7, -1: 1, -2: _POINT.x.to_bytes(32), -3: _POINT.y.to_bytes(32)})


@pytest.mark.parametrize("key", [RSA, NIST], ids=["RSA", "P-256"])
def test_a_key_is_kept_as_one_that_can_be_imported(key: CoseKey) -> None:
    assert is_public_key(stored_key(key))


@pytest.mark.parametrize("change", [
    {-2: [1, 0, 1]}, {-2: {1: 1}}, {9: ["x"]}, {9: "text"}, {3: -65535}, {3: None},
    {-1: b"\0" * 200 + b"\7"}, {9: b"x" * 600}])
def test_a_key_of_another_shape_is_refused(change: dict[int, Any]) -> None:
    """Python makes a number of a list of numbers, too."""
    with pytest.raises(InvalidPasskey) as caught:
        stored_key(RS256({**RSA, **change}))

    assert caught.value.flaw is Flaw.UNSUPPORTED_KEY


@pytest.mark.parametrize("text", [
    "", "A", "oA", "!!", stored_key(NIST) + "=", stored_key(NIST)[1:]])
def test_what_is_no_key_of_ours_is_not_imported(text: str) -> None:
    assert not is_public_key(text)


def test_a_signature_of_nothing_is_refused() -> None:
    with pytest.raises(InvalidPasskey) as caught:
        check_signature(stored_key(NIST), b"", b"")

    assert caught.value.flaw is Flaw.WRONG_SIGNATURE
