"""Whether a request is the one that its authorizer vouched for.

API Gateway may answer for an authorizer from its cache. It finds the answer there by the headers
that say who calls, and the answer outlives the access token that it was given for. It would find it
for whoever has a copy of the token, too. An answer about a token that is bound to a key therefore
names the proof that the authorizer has checked, and no other request has that proof.
"""

from base64 import urlsafe_b64encode
from collections.abc import Callable

from shared.errors import EnrolmentRequired, ExpiredToken, InvalidProof, Unauthorized
from shared.gateway.requests import CLIENT_ID_HEADER, PROOF_HEADER, Request

# What a session whose user must enrol a second factor can be used for, beside that.
ALWAYS_OPEN = ("/session",)


def refuse_repeated_credentials(request: Request) -> None:
    """Raise Unauthorized when a header that says who calls was sent more than once: whoever reads
    the first and whoever reads the last would see two callers."""
    for name in ("Authorization", CLIENT_ID_HEADER):
        if len(request.values(name)) > 1:
            raise Unauthorized(f"the header {name} was sent more than once")


def about_proof(request: Request, jkt: str, expires_at: int) -> dict[str, str | int]:
    """Return what an authorizer says of the proof that it has checked, which is by the key of this
    thumbprint and too old at `expires_at`, in epoch seconds."""
    return {"jkt": jkt, "proof": _digest(request),
            "proof_expires_at": expires_at}


def require_vouched(request: Request, now: Callable[[], int]) -> None:
    """Raise Unauthorized unless what the authorizer answered is about this request, and in time,
    and EnrolmentRequired if the user must enrol a second factor first.

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
    if "jkt" in principal and (principal["proof"] != _digest(request)
                               or now() >= int(principal["proof_expires_at"])):
        raise InvalidProof("the authorizer vouched for another proof, or too long ago")
    if "enrol_by" in principal and now() >= int(principal["enrol_by"]) and not (
            request.resource in ALWAYS_OPEN or request.resource.startswith("/factors")):
        raise EnrolmentRequired


def _digest(request: Request) -> str:
    """Return SHA-256 of the proof in base64url, as RFC 9449 has it of an access token."""
    # Imported here, because most requests come without a proof.
    import hashlib
    proof = ",".join(request.values(PROOF_HEADER))
    octets = hashlib.sha256(proof.encode("utf-8", "replace")).digest()
    return urlsafe_b64encode(octets).rstrip(b"=").decode("ascii")
