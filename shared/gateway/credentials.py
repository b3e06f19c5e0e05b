"""What a request presents to show who sends it: an access token, and a proof of possession."""

from shared.callers import Caller, Presented, SentProof
from shared.errors import Unauthorized
from shared.gateway.requests import PROOF_HEADER, Request
from shared.settings import Settings
from shared.wiring.services import Services


def bound_caller(request: Request, services: Services) -> Caller:
    """Return who signs in, with the key to which the session is to be bound, if it is. Raises
    InvalidProof."""
    sent = _sent_proof(request, services.settings)
    return request.caller_with(services.access_tokens.bind(sent, request.client_must_prove))


def presented(request: Request, settings: Settings) -> Presented:
    """Return the token of the Authorization header (RFC 6750 section 2.1, RFC 9449 section 7.1),
    and the proof beside it; raises Unauthorized."""
    scheme, _, token = request.header("Authorization").partition(" ")
    if scheme.lower() not in ("bearer", "dpop") or not token.strip():
        raise Unauthorized("the Authorization header holds no access token")
    return Presented(scheme.lower(), token.strip(), _sent_proof(request, settings))


def _sent_proof(request: Request, settings: Settings) -> SentProof:
    return SentProof(request.header(PROOF_HEADER), request.method, _address(request, settings))


def _address(request: Request, settings: Settings) -> str:
    """Return the address that the client used, without a query."""
    context = request.context
    if settings.stage == "local":
        # The emulator has all APIs below one address, which it does not pass on.
        root = settings.token_issuer.rsplit("/", 2)[0]
        return f"{root}/{context.get('apiId')}/{context.get('stage')}{request.path}"
    host = context.get("domainName") or request.header("Host")
    return f"https://{host}{request.path_with_stage}"
