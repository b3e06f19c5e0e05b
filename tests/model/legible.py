"""Tokens and proofs that cannot be forged because the model forges none: they are in clear."""

from collections.abc import Callable

from shared.callers import Presented, SentProof
from shared.errors import InvalidProof
from shared.tokens.access_tokens import BEARER, BOUND, Access, AccessTokens
from shared.tokens.proofs import WINDOW_SECONDS, Proof, Proofs
from shared.tokens.session_tokens import Claims, Tokens, TokenType
from tests.model.state import (CLIENT_ID, FOREIGN, NO_PROOF, SESSION_ID, USER_ID, WITHHELD, Made,
                               proof_id)

OWN_KEY, OTHER_KEY = "the client's key", "the thief's key"


class LegibleTokens(Tokens):
    """`jkt` is the key to which they are bound, empty for those of a bearer."""

    def __init__(self, jkt: str = "") -> None:
        self._jkt = jkt

    def mint(self, claims: Claims, token_type: TokenType) -> str:
        return (f"{token_type.value} {claims.generation} {claims.issued_at} {claims.expires_at}"
                f" {claims.auth_time} {'+'.join(claims.amr)} {claims.acr}")

    def verify(self, text: str, token_type: TokenType, client_id: str,
               *, even_if_expired: bool = False) -> Claims:
        name, generation, issued_at, expires_at, auth_time, amr, acr = text.split(" ")
        assert name == token_type.value, f"{name} presented as {token_type.value}"
        return Claims(USER_ID, client_id, SESSION_ID, int(generation), int(issued_at),
                      int(expires_at), int(auth_time), tuple(amr.split("+")), acr, jkt=self._jkt)


class _LegibleProofs(Proofs):
    def verify(self, sent: SentProof, access_token: str = "") -> Proof:
        number, issued_at = map(int, sent.texts[0].split())
        if abs(self._now() - issued_at) > WINDOW_SECONDS:
            raise InvalidProof
        return Proof(OTHER_KEY if number == FOREIGN.number else OWN_KEY, proof_id(number),
                     issued_at - WINDOW_SECONDS - 1, issued_at + WINDOW_SECONDS + 1)


def verified(claims: Claims, proof: Made, now: Callable[[], int]) -> Access:
    """Return what the service makes of an access token with these claims, and this proof with it.
    Raises what AccessTokens.verify does."""
    tokens = LegibleTokens("" if proof == NO_PROOF else OWN_KEY)
    made_at = now() if proof == FOREIGN else proof.issued_at
    presented = Presented(BEARER if proof in (NO_PROOF, WITHHELD) else BOUND,
                          tokens.mint(claims, TokenType.ACCESS),
                          SentProof((f"{proof.number} {made_at}",), "", ""))
    return AccessTokens(tokens, _LegibleProofs(now), binds=True).verify(
        presented, CLIENT_ID, even_if_expired=True)
