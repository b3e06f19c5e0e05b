"""What a request presents to show who sends it: an access token, and a proof of possession."""

from shared.callers import Presented, SentProof
from shared.errors import Unauthorized
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
    return SentProof(request.values(PROOF_HEADER), request.method, _address(request, settings),
                     request.is_of_http_api)


def is_to_own_api(request: Request, settings: Settings) -> bool:
    """Whether a request is to the API of this stage, and not to another one that asks its
    authorizer."""
    return any(_address(request, settings).startswith(f"{issuer}/") for issuer in settings.issuers)


def _address(request: Request, settings: Settings) -> str:
    """Return the address that the client used, without a query."""
    context, host = request.context, request.header("Host")
    if settings.stage == "local" and ":" in host:
        # The emulator has all APIs at one port, and does not pass on where. A domain has no port.
        below = f"_aws/execute-api/{context.get('apiId')}/{context.get('stage')}"
        return f"http://{host}/{below}{request.path}"
    return f"https://{context.get('domainName') or host}{request.path_with_stage}"
