"""Who calls: a client application, from somewhere, with what it presents."""

from collections.abc import Mapping
from typing import NamedTuple


class Caller(NamedTuple):
    """The client application, its IP address, its device (the User-Agent), and the thumbprint of
    the key whose possession it has proven. The last three are empty where they are not known."""

    client_id: str
    address: str = ""
    device: str = ""
    jkt: str = ""


class Assurance(NamedTuple):
    """When the user of a session has last shown who they are, in epoch seconds, how (RFC 8176), and
    the level that this reaches (NIST SP 800-63B)."""

    auth_time: int
    amr: tuple[str, ...]
    acr: str


class SentPasskey(NamedTuple):
    """A passkey that a browser has made: for which ticket, what the authenticator says of it
    (`factors.webauthn`), the name that its user gives it, and the ways to reach it."""

    ticket: str
    answer: Mapping[str, str]
    name: str
    transports: tuple[str, ...]


class SentProof(NamedTuple):
    """The proofs of possession that were sent with a request (RFC 9449; no more than one is right),
    the method of the request, and the address that its client used, without a query. The path may
    have been decoded on the way."""

    texts: tuple[str, ...]
    method: str
    address: str
    is_decoded: bool = False


class Presented(NamedTuple):
    """An access token as a request presents it: the scheme of the Authorization header in lower
    case, the token, and the proof beside it."""

    scheme: str
    token: str
    proof: SentProof
