"""For which domain passkeys of this stage are made, and what a browser is asked to do with them
(WebAuthn Level 3, sections 5.4 and 5.5, in its JSON form).

scripts/osls/web_addresses.js holds a deployment to the same rules.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from shared.errors import Misconfigured
from shared.web_addresses import is_origin

if TYPE_CHECKING:
    from shared.factors.passkeys import Passkey

# COSE algorithms (RFC 9053, RFC 8812), of which an authenticator takes the first that it knows:
# ES256, Ed25519, RS256, ES384, ES512, Ed448.
ALGORITHMS = (-7, -8, -257, -35, -36, -53)
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_RP_ID = re.compile(rf"(?:{_LABEL}\.)+[a-z](?:[a-z0-9-]{{0,61}}[a-z0-9])?", re.ASCII)
# What Android's Credential Manager sends for an app: the SHA-256 of its signing certificate.
_ANDROID_APP = re.compile(r"android:apk-key-hash:[A-Za-z0-9_-]{43}", re.ASCII)
_THIS_MACHINE, _ANY_PORT = "localhost", ":*"
_PORT = re.compile(r"(:[1-9][0-9]{0,4})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """`rp_id` is the domain, `name` what a browser may show for it, and `origins` are the pages and
    apps that may use its passkeys. On stage local, an origin may end in `:*`, any port."""

    rp_id: str
    name: str
    origins: tuple[str, ...]

    def allows(self, origin: str) -> bool:
        """Whether a page or an app of this origin may use the passkeys."""
        return any(origin == allowed or (
            allowed.endswith(_ANY_PORT) and origin.startswith(base := allowed[:-len(_ANY_PORT)])
            and _PORT.fullmatch(origin[len(base):])) for allowed in self.origins)

    def creation_options(self, user_id: str, user_name: str, passkeys: Iterable[Passkey],
                         ticket: str, seconds: int) -> dict[str, object]:
        """Return what makes a passkey for this user, on a device that has none of `passkeys`,
        within so many seconds (PublicKeyCredentialCreationOptionsJSON)."""
        return {
            "rp": {"id": self.rp_id, "name": self.name},
            "user": {"id": encoded(user_id.encode()), "name": user_name, "displayName": user_name},
            "challenge": encoded(challenge_of(ticket)), "timeout": seconds * 1000,
            "pubKeyCredParams": [{"type": "public-key", "alg": algorithm}
                                 for algorithm in ALGORITHMS],
            "excludeCredentials": self._descriptors(passkeys),
            "authenticatorSelection": {"residentKey": "required", "requireResidentKey": True,
                                       "userVerification": "required"},
            "attestation": "none"}

    def request_options(self, passkeys: Iterable[Passkey] | None, ticket: str, seconds: int
                        ) -> dict[str, object]:
        """Return what has one of `passkeys` show its user, or any that the device has for this
        domain if they are None (PublicKeyCredentialRequestOptionsJSON)."""
        return {"rpId": self.rp_id, "challenge": encoded(challenge_of(ticket)),
                "timeout": seconds * 1000, "userVerification": "required",
                "allowCredentials": [] if passkeys is None else self._descriptors(passkeys)}

    def _descriptors(self, passkeys: Iterable[Passkey]) -> list[dict[str, object]]:
        # A browser finds none of another domain.
        return [{"type": "public-key", "id": passkey.credential_id,
                 **({"transports": list(passkey.transports)} if passkey.transports else {})}
                for passkey in passkeys if passkey.rp_id == self.rp_id]


def challenge_of(ticket: str) -> bytes:
    """Return the challenge of the ceremony that a ticket is for: 32 bytes that nobody can foresee,
    because a ticket has a random id and a signature."""
    return sha256(ticket.encode("utf-8")).digest()


def encoded(octets: bytes) -> str:
    """Return base64url without padding, as WebAuthn has it."""
    return urlsafe_b64encode(octets).decode("ascii").rstrip("=")


def relying_party(rp_id: str, name: str, origins: tuple[str, ...], is_local: bool
                  ) -> RelyingParty | None:
    """Return the relying party of a stage, None if it has no passkeys, or raise Misconfigured."""
    if not rp_id and not origins:
        return None
    if not (rp_id and origins):
        raise Misconfigured("PASSKEY_RP_ID and PASSKEY_ORIGINS need each other")
    if not is_rp_id(rp_id, is_local):
        raise Misconfigured("PASSKEY_RP_ID is a domain in lower case, such as example.org")
    for origin in origins:
        if not is_passkey_origin(origin, rp_id, is_local):
            raise Misconfigured("PASSKEY_ORIGINS are https origins of PASSKEY_RP_ID or below it, "
                                f"or android:apk-key-hash: and 43 characters; {origin} is none")
    return RelyingParty(rp_id, name, origins)


def is_rp_id(text: str, is_local: bool) -> bool:
    """Whether passkeys can be made for this domain: of two labels or more and no IP address, or
    `localhost` on stage local."""
    return _RP_ID.fullmatch(text) is not None or (is_local and text == _THIS_MACHINE)


def is_passkey_origin(text: str, rp_id: str, is_local: bool) -> bool:
    """Whether a browser or a phone lets this origin use passkeys of `rp_id`."""
    if _ANDROID_APP.fullmatch(text):
        return True
    origin = text.removesuffix(_ANY_PORT) if is_local else text
    if not is_origin(origin) or (origin != text and ":" in origin.partition("://")[2]):
        return False
    scheme, _, host = origin.partition("://")
    host = host.partition(":")[0]
    is_below = host == rp_id or host.endswith(f".{rp_id}")
    return is_below and (scheme == "https" or (is_local and scheme == "http"
                                               and host == _THIS_MACHINE))
