"""The tree of expected failures, each with its wire name.

Nothing in here knows HTTP: `api_gateway` decides the status of each. Errors are
ordered by precision, so that a caller catches as finely as it needs. `event` is
the name the failure has in the audit log (OWASP Logging Vocabulary), and `about`
holds the identifiers that the log line may carry; neither reaches the client.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar


class SessionApiError(Exception):
    """Anything this service expects to go wrong."""

    name: ClassVar[str] = "server_error"
    message: ClassVar[str] = "something went wrong on our side"
    event: ClassVar[str | None] = None

    def __init__(self, message: str | None = None, **about: str) -> None:
        super().__init__(message or self.message)
        self.about = about


class InvalidRequest(SessionApiError):
    """The body was refused. `fields` lists {"field", "message"}, one a fault."""

    name = "invalid_request"
    message = "the request was refused"
    event = "input_validation_fail"

    def __init__(self, message: str | None = None,
                 fields: Sequence[Mapping[str, str]] = ()) -> None:
        super().__init__(message)
        self.fields = [dict(field) for field in fields]


class InvalidEmail(InvalidRequest):
    name = "invalid_email"
    message = "the email address is not valid"


class WeakPassword(InvalidRequest):
    name = "weak_password"
    message = "the password is too weak"


class UnsupportedAccountType(InvalidRequest):
    name = "unsupported_account_type"
    message = "the account type is not supported"


class InvalidLink(InvalidRequest):
    """A token from a mail that is not ours, too old, or used up."""

    name = "invalid_link"
    message = "the link is not valid any more, ask for a new one"


class BodyTooLarge(InvalidRequest):
    name = "body_too_large"
    message = "the body is larger than 8192 bytes"


class UnsupportedMediaType(InvalidRequest):
    name = "unsupported_media_type"
    message = "the body must be application/json in UTF-8"


class AuthenticationError(SessionApiError):
    """The caller is not who the request needs."""

    name = "unauthorized"
    message = "client id or access token missing or not valid"
    event = "authz_fail"


class Unauthorized(AuthenticationError):
    """Client id or access token missing, unknown, or of an ended session."""


class InvalidToken(Unauthorized):
    """A token that is not one of ours, for this purpose, now."""


class MalformedToken(InvalidToken):
    """Not a compact JWS of the one shape that we mint."""


class ForgedToken(InvalidToken):
    """The key is not ours, or the signature does not verify."""


class MisusedToken(InvalidToken):
    """Ours, but of another type, issuer or client."""


class ExpiredToken(InvalidToken):
    """Ours, but not of this time."""


class BadCredentials(AuthenticationError):
    name = "bad_credentials"
    message = "email address or password is wrong"
    event = "authn_login_fail"


class CredentialsNotEnough(BadCredentials):
    """Bad credentials on a stage that lets only verified addresses in. One failure for all three
    causes: who signed up with a free address could tell it from a taken one otherwise."""

    message = "email address or password is wrong, or the address is not verified yet"


class SessionEnded(AuthenticationError):
    name = "session_ended"
    message = "the session has ended, sign in again"


class TokenReused(SessionEnded):
    """A spent token was replayed; the session was ended for it."""

    event = "authn_token_reuse"


class StaleAccessToken(AuthenticationError):
    name = "stale_access_token"
    message = "the access token and the refresh token are not of the same generation"


class MethodNotAllowed(SessionApiError):
    """The path answers only the methods in `allowed`."""

    name = "method_not_allowed"
    message = "this path does not answer that method"

    def __init__(self, allowed: Sequence[str]) -> None:
        super().__init__()
        self.allowed = tuple(allowed)


class NotFound(SessionApiError):
    name = "not_found"
    message = "there is nothing here by that name"


class UserExists(SessionApiError):
    name = "user_exists"
    message = "an account with this email address exists"


class TryLater(SessionApiError):
    """Come back after `retry_after_seconds`."""

    def __init__(self, message: str | None = None, *, retry_after_seconds: int = 1,
                 **about: str) -> None:
        super().__init__(message, **about)
        self.retry_after_seconds = retry_after_seconds


class TooManyAttempts(TryLater):
    name = "too_many_attempts"
    message = "too many failed attempts, wait before the next"
    event = "authn_login_lock"


class Unavailable(TryLater):
    """A store that we need is down, throttled, or contended beyond our patience."""

    name = "unavailable"
    message = "the service is briefly unavailable, try again"


class MailNotConfigured(SessionApiError):
    name = "mail_not_configured"
    message = "this stage sends no mail"


class MailNotSent(SessionApiError):
    """A mail was refused or could not be handed over. No answer may tell: it would also tell
    that there was somebody to write to."""

    event = "mail_not_sent"


class Misconfigured(SessionApiError):
    """A setting or a secret is missing or out of bounds: nothing that a client can mend."""
