"""Authorization codes: with one, the account pages send somebody who is signed in there back to an
application, which opens a session of its own with it (RFC 6749 section 4.1, with the proof key of
RFC 7636).

A code is random and says nothing. What it stands for is kept under its hash for a minute.
"""

from __future__ import annotations

import hashlib
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

from shared.clients import ACCOUNT_PAGES, CLIENT_ID
from shared.errors import InvalidProof, InvalidRedirectUri, Unauthorized

if TYPE_CHECKING:
    from shared.callers import Caller
    from shared.clients import ClientStore
    from shared.identities import Identity
    from shared.sessions.session_proofs import SessionProofs
    from shared.sessions.state import Proven
    from shared.sign_in.owners import Owners
    from shared.sign_in.reauthentication import Freshness

LIFETIME_SECONDS = 60
# Nobody guesses 256 bits, so nobody's guesses are counted.
CODE_BYTES = 32


class Grant(NamedTuple):
    """For which client application a code is, where it leads to, and the SHA-256 of what only that
    application knows (base64url, the `S256` of RFC 7636)."""

    client_id: str
    redirect_uri: str
    challenge: str


@dataclass(frozen=True, slots=True)
class AuthorizationCode:
    """What a code stands for: the user and the session of the account pages that it comes from;
    what that session has proven, and when; and its absolute end, `ends_at`. The code dies with the
    `password_version` and the `factors_id` of the identity. Instants are epoch seconds."""

    user_id: str
    session_id: str
    grant: Grant
    proven: Proven
    auth_time: int
    ends_at: int
    password_version: int
    factors_id: str
    expires_at: int

    def is_of(self, identity: Identity) -> bool:
        """Whether the identity signs in with what it did when the code was made."""
        return (identity.user_id, identity.password_version, identity.factors_id) == (
            self.user_id, self.password_version, self.factors_id)


class CodeStore(Protocol):
    """Codes by their digests. Every method raises Unavailable when the store cannot answer."""

    def put(self, digest: str, code: AuthorizationCode) -> None: ...

    def take(self, digest: str, grant: Grant, now: int) -> AuthorizationCode:
        """Return the code, which nobody else gets from now on. Raises InvalidAuthorizationCode, and
        leaves the code as it is, unless it is for this grant, has not expired, and was not taken
        before."""


class NewCode(NamedTuple):
    code: str
    expires_in: int

    def as_response(self) -> dict[str, object]:
        return {"code": self.code, "code_expires_in": self.expires_in}


class AuthorizationCodes:
    """`now` returns epoch seconds."""

    def __init__(self, codes: CodeStore, clients: ClientStore, owners: Owners,
                 session_proofs: SessionProofs, freshness: Freshness, now: Callable[[], int]
                 ) -> None:
        self._codes, self._clients, self._owners = codes, clients, owners
        self._session_proofs, self._freshness, self._now = session_proofs, freshness, now

    def issue(self, user_id: str, session_id: str, caller: Caller, client_id: str,
              redirect_uri: str, challenge: str) -> NewCode:
        """Return a code for what a Grant has, from the caller's session of the account pages.

        Raises Unauthorized for a session of another client, and if the session has ended or the
        account is gone; InvalidProof for a session that is bound to no key, since whoever has
        copied its access token would get a whole session for it; InvalidRedirectUri;
        ReauthenticationRequired if the account has a second factor that the session has not shown;
        and Unavailable.
        """
        if caller.client_id != ACCOUNT_PAGES:
            raise Unauthorized("the session is not of the account pages")
        if not caller.jkt:
            raise InvalidProof("the session of the account pages is bound to no key")
        grant = Grant(client_id, redirect_uri, challenge)
        self._require_registered(grant)
        # Read before the session, as in Freshness.require.
        identity = self._owners.find(user_id)
        session = self._session_proofs.require_live(user_id, session_id)
        # The session that has changed the password ends last, once its successor is there.
        if session.created_at < identity.password_changed_at:
            raise Unauthorized("the password was changed, and the session is about to end")
        if identity.second_factor and session.proven.acr != "aal2":
            raise self._freshness.refusal(identity)
        now = self._now()
        expires_at = min(now + LIFETIME_SECONDS, session.ends_at)
        text = secrets.token_urlsafe(CODE_BYTES)
        self._codes.put(digest(text), AuthorizationCode(
            user_id, session_id, grant, session.proven, session.auth_time, session.ends_at,
            identity.password_version, identity.factors_id, expires_at))
        return NewCode(text, expires_at - now)

    def _require_registered(self, grant: Grant) -> None:
        is_other = CLIENT_ID.fullmatch(grant.client_id) and grant.client_id != ACCOUNT_PAGES
        client = self._clients.find(grant.client_id) if is_other else None
        if (client is None or not client.enabled
                or grant.redirect_uri not in client.redirect_uris):
            raise InvalidRedirectUri


def digest(text: str) -> str:
    """Return SHA-256 of ASCII text in base64url: of a code, and of a verifier (RFC 7636 section
    4.2)."""
    octets = hashlib.sha256(text.encode("ascii")).digest()
    return urlsafe_b64encode(octets).rstrip(b"=").decode("ascii")
