"""Access tokens as requests present them: as a bearer (RFC 6750), or with a proof of possession of
the key to which the session is bound (RFC 9449)."""

from typing import NamedTuple

from shared.callers import Presented, SentProof
from shared.errors import InvalidProof, UnprovenToken
from shared.tokens.proofs import Proof, Proofs
from shared.tokens.session_tokens import Claims, Tokens, TokenType

BEARER, BOUND = "bearer", "dpop"


class Access(NamedTuple):
    """The claims of an access token, and the proof that was sent with it, None with a bearer's."""

    claims: Claims
    proof: Proof | None

    def require_proof(self) -> None:
        """Raise UnprovenToken for a bearer's; its client must prove possession by now."""
        if self.proof is None:
            raise UnprovenToken("the client must prove possession, and this token is a bearer's")


class AccessTokens:
    """`binds` says whether sessions of this stage are bound to keys. They are not where API Gateway
    caches what the authorizer answers: it would answer whoever has a copy of the token from there.
    """

    def __init__(self, tokens: Tokens, proofs: Proofs, binds: bool) -> None:
        self._tokens, self._proofs, self._binds = tokens, proofs, binds

    def verify(self, presented: Presented, client_id: str, *, even_if_expired: bool = False
               ) -> Access:
        """Return what a token of ours says, of this client, from whoever it was minted for.

        No store is asked. Raises InvalidProof or InvalidToken, among them UnprovenToken for a bound
        token that is sent as a bearer's, or the other way round, or where nothing may be bound.
        """
        claims = self._tokens.verify(presented.token, TokenType.ACCESS, client_id,
                                     even_if_expired=even_if_expired)
        if presented.scheme != (BOUND if claims.jkt else BEARER):
            raise UnprovenToken("the token is bound to a key, and was sent as a bearer's"
                                if claims.jkt else "the token is bound to no key")
        if not claims.jkt:
            return Access(claims, None)
        if not self._binds:
            raise UnprovenToken("the token is bound to a key, which this stage does not allow")
        proof = self._proofs.verify(presented.proof, presented.token)
        if proof.jkt != claims.jkt:
            raise UnprovenToken("the proof is by another key than the token's")
        return Access(claims, proof)

    def bind(self, sent: SentProof, must_prove: bool) -> str:
        """Return the thumbprint of the key to which a sign-in binds its session, empty for a
        bearer's. Raises InvalidProof, also if a client that `must_prove` cannot."""
        if self._binds and (sent.texts or must_prove):
            return self._proofs.verify(sent).jkt
        if must_prove:
            raise InvalidProof("the client must prove possession, which this stage does not allow")
        return ""
