"""What a request presents to show who sends it: an access token, and a proof of possession."""

from shared.callers import Presented, SentProof
from shared.errors import Unauthorized
from shared.gateway.addresses import address_of
from shared.gateway.requests import PROOF_HEADER, Request
from shared.settings import Settings


def presented(request: Request, settings: Settings) -> Presented:
    """Return the token of the Authorization header (RFC 6750 section 2.1, RFC 9449 section 7.1),
    and the proofs beside it; raises Unauthorized."""
    scheme, _, token = request.header("Authorization").partition(" ")
    if scheme.lower() not in ("bearer", "dpop") or not token.strip():
        raise Unauthorized("the Authorization header holds no access token")
    return Presented(scheme.lower(), token.strip(), sent_proof(request, settings))


def sent_proof(request: Request, settings: Settings) -> SentProof:
    """Return the proofs that were sent with a request."""
    return SentProof(request.values(PROOF_HEADER), request.method, address_of(request, settings),
                     request.is_of_http_api)
