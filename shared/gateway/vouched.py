"""Whether a request is the one that its authorizer vouched for.

API Gateway may answer for an authorizer from its cache. It finds the answer there by the headers
that say who calls, and the answer outlives the access token that it was given for.
"""

from collections.abc import Callable

from shared.errors import ExpiredToken, Unauthorized
from shared.gateway.requests import CLIENT_ID_HEADER, Request


def refuse_repeated_credentials(request: Request) -> None:
    """Raise Unauthorized when a header that says who calls was sent more than once: whoever reads
    the first and whoever reads the last would see two callers."""
    for name in ("Authorization", CLIENT_ID_HEADER):
        if request.times_sent(name) > 1:
            raise Unauthorized(f"the header {name} was sent more than once")


def require_vouched(request: Request, now: Callable[[], int]) -> None:
    """Raise Unauthorized unless what the authorizer answered is about this request, and in time.

    A route without an authorizer asks for nothing.
    """
    principal = request.principal
    if not principal:
        return
    refuse_repeated_credentials(request)
    if request.header(CLIENT_ID_HEADER) != principal["client_id"]:
        raise Unauthorized("the authorizer vouched for another client")
    if "user_id" in principal and now() >= int(principal["access_expires_at"]):
        raise ExpiredToken("the access token has expired since the authorizer saw it")
