"""A proof is taken for the request that it was made for, and says who made it and when."""

from typing import Any

import pytest

from shared.callers import SentProof
from shared.errors import InvalidProof
from shared.tokens.proofs import Proof, Proofs, digest
from tests.support.clock import NOW
from tests.support.possession import Prover

ADDRESS = "https://api.example.org/dev/session"
# The key of the examples in RFC 9449, as the header of each has it, and its thumbprint (6.1).
RFC_HEADER = (
    "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNo"
    "UklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERW"
    "clUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19")
RFC_THUMBPRINT = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"
RFC_ACCESS_TOKEN = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU"
TOKEN_ENDPOINT = "https://server.example.com/token"
# Claims and signature, the request, the access token sent with it, and when it was made.
RFC_EXAMPLES = {
    "sections 4.1 and 5, a request for tokens": (
        "eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1w"
        "bGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg"
        "4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg", "POST", TOKEN_ENDPOINT, "", 1562262616),
    "section 5, a refresh": (
        "eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1w"
        "bGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjY1Mjk2fQ.pAqut2IRDm_De6PR93SYmGBPXpwrAk90e8cP2hjiaG5Qs"
        "GSuKDYW7_X620BxqhvYC8ynrrvZLTk41mSRroapUA", "POST", TOKEN_ENDPOINT, "", 1562265296),
    "section 7.1, a call with an access token": (
        "eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIjoiR0VUIiwiaHR1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGFt"
        "cGxlLm9yZy9wcm90ZWN0ZWRyZXNvdXJjZSIsImlhdCI6MTU2MjI2MjYxOCwiYXRoIjoiZlVIeU8ycjJaM0RaNTNF"
        "c05yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9.2oW9RP35yRqzhrtNP86L-Ey71EOptxRimPPToA1plemAgR6"
        "pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA",
        "GET", "https://resource.example.org/protectedresource", RFC_ACCESS_TOKEN, 1562262618),
}


@pytest.fixture
def prover() -> Prover:
    return Prover()


def verified(text: str, method: str = "PUT", address: str = ADDRESS, access_token: str = "",
             now: int = NOW) -> Proof:
    sent = SentProof((text,) if text else (), method, address)
    return Proofs(lambda: now).verify(sent, access_token)


@pytest.mark.parametrize("name", RFC_EXAMPLES)
def test_the_examples_of_rfc_9449_are_taken(name: str) -> None:
    rest, method, address, access_token, made_at = RFC_EXAMPLES[name]

    proof = verified(f"{RFC_HEADER}.{rest}", method, address, access_token, made_at)

    assert proof.jkt == RFC_THUMBPRINT
    with pytest.raises(InvalidProof, match="of another time"):
        verified(f"{RFC_HEADER}.{rest}", method, address, access_token, made_at + 61)


def test_the_digest_of_an_access_token_is_that_of_rfc_9449() -> None:
    assert digest(RFC_ACCESS_TOKEN) == "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo"


def test_a_proof_says_who_made_it_and_when(prover: Prover) -> None:
    claims = prover.claims("PUT", ADDRESS, NOW)

    proof = verified(prover.signed(prover.header(), claims))

    # A clock that is a minute ahead made it after the second NOW - 61 was over.
    assert proof == Proof(prover.thumbprint, digest(claims["jti"])[:11], NOW - 61, NOW + 61)
    verified(prover.signed(prover.header(), claims), now=proof.expires_at - 1)
    with pytest.raises(InvalidProof):
        verified(prover.signed(prover.header(), claims), now=proof.expires_at)


def test_proofs_of_a_key_are_told_apart_by_their_ids(prover: Prover) -> None:
    first, second = (verified(prover.proof("PUT", ADDRESS, NOW)) for _ in range(2))

    assert first.jkt == second.jkt
    assert first.proof_id != second.proof_id


@pytest.mark.parametrize("changes", [
    {"htu": f"{ADDRESS}?a=b"}, {"htu": f"{ADDRESS}#top"},
    {"htu": "https://API.example.org/dev/session"},
    {"htu": "https://api.example.org:443/dev/session"}, {"iat": NOW - 60}, {"iat": NOW + 60},
    {"jti": "x" * 128}, {"nonce": "n", "exp": NOW + 1, "ath": "of no access token"}])
def test_a_proof_may_be_spelt_in_other_ways(prover: Prover, changes: dict[str, Any]) -> None:
    claims = prover.claims("PUT", ADDRESS, NOW) | changes

    assert verified(prover.signed(prover.header(), claims)).jkt == prover.thumbprint


def test_an_address_that_is_none_is_not_that_of_a_request_whose_address_is_none(
        prover: Prover) -> None:
    with pytest.raises(InvalidProof, match="another address"):
        verified(prover.proof("PUT", "https://api.example.org/a b", NOW),
                 address="https://api.example.org/c d")


def test_a_proof_that_is_missing_is_invalid() -> None:
    with pytest.raises(InvalidProof, match="no proof was sent"):
        verified("")
