"""The address that a client used for a request."""

from shared.gateway.requests import Request
from shared.settings import Settings


def address_of(request: Request, settings: Settings) -> str:
    """Return the address that the client used, without a query."""
    context, host = request.context, request.header("Host")
    if settings.stage == "local" and ":" in host:
        # The emulator has all APIs at one port, and does not pass on where. A domain has no port.
        below = f"_aws/execute-api/{context.get('apiId')}/{context.get('stage')}"
        return f"http://{host}/{below}{request.path}"
    return f"https://{context.get('domainName') or host}{request.path_with_stage}"


def root_of(request: Request, settings: Settings) -> str:
    """Return the address of the stage as the client knows it, without a slash at the end."""
    return address_of(request, settings).removesuffix(request.path)


def is_to_own_api(request: Request, settings: Settings) -> bool:
    """Whether a request is to the API of this stage, and not to another one that asks its
    authorizer."""
    address = address_of(request, settings)
    if settings.stage == "local":
        # This machine has two names, and the issuer has the other one.
        address = address.replace("http://localhost:", "http://127.0.0.1:", 1)
    return any(address.startswith(f"{issuer}/") for issuer in settings.issuers)
