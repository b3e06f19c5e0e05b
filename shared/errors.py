"""The tree of expected failures, each with its wire name.

Nothing in here knows HTTP: `api_gateway` decides the status of each. Errors are
ordered by precision, so that a caller catches as finely as it needs. `event` is
the name the failure has in the audit log (OWASP Logging Vocabulary), and `about`
holds the identifiers that the log line may carry; neither reaches the client.
"""

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import ClassVar


class SessionApiError(Exception):
    """Anything this service expects to go wrong."""

    name: ClassVar[str] = "server_error"
    message: ClassVar[str] = "something went wrong on our side"
    # Of one failure of several kinds, an instance has its own.
    event: str | None = None
    # What the client is told beside name and message.
    details: Mapping[str, object] = {}

    def __init__(self, message: str | None = None, **about: str) -> None:
        super().__init__(message or self.message)
        self.about = about


class InvalidRequest(SessionApiError):
    """The body is not valid. `fields` lists {"field", "message"}, one for each fault."""

    name = "invalid_request"
    message = "the request is not valid"
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


class NeedsPassword(InvalidRequest):
    """On this stage, nobody can sign up without a password."""

    def __init__(self) -> None:
        super().__init__(fields=[{"field": "password", "message": "Field required"}])


class UnsupportedAccountType(InvalidRequest):
    name = "unsupported_account_type"
    message = "the account type is not supported"


class InvalidLink(InvalidRequest):
    """A token from a mail is not ours, too old, or already used."""

    name = "invalid_link"
    message = "the link is no longer valid; ask for a new one"


class InvalidRedirectUri(InvalidRequest):
    """The account pages must not lead anybody to this address for this client."""

    name = "invalid_redirect_uri"
    message = "there is no such client, it is not enabled, or it has not registered redirect_uri"


class BodyTooLarge(InvalidRequest):
    name = "body_too_large"
    message = "the body is larger than 8192 bytes"


class UnsupportedMediaType(InvalidRequest):
    name = "unsupported_media_type"
    message = "the body must be application/json in UTF-8"


class AuthenticationError(SessionApiError):
    """The request does not show that its caller may make it."""

    name = "unauthorized"
    message = "the client id or the access token is missing or not valid"
    event = "authz_fail"


class Unauthorized(AuthenticationError):
    """The client id or the access token is missing, unknown, or of an ended session."""


class InvalidToken(Unauthorized):
    """The token is not ours, not for this purpose, or not valid now."""


class MalformedToken(InvalidToken):
    """The token is not a compact JWS of the one shape that we mint."""


class ForgedToken(InvalidToken):
    """The token's key is not ours, or its signature does not verify."""


class MisusedToken(InvalidToken):
    """The token is ours, but of another type, issuer or client."""


class ExpiredToken(InvalidToken):
    """The token is ours, but has expired or is from the future."""


class UnprovenToken(InvalidToken):
    """The token is ours, but is not of whoever presents it (RFC 9449 section 7)."""


class InvalidProof(AuthenticationError):
    """The proof of possession is missing, malformed, or not of this request (RFC 9449 section
    4.3), or it was used before."""

    name = "invalid_dpop_proof"
    message = "the DPoP proof is missing or not valid for this request"


class BadCredentials(AuthenticationError):
    name = "bad_credentials"
    message = "the email address or the password is wrong"
    event = "authn_login_fail"


class CredentialsNotEnough(BadCredentials):
    """The sign-in failed on a stage that requires a verified address.

    All three causes are one failure. Otherwise a stranger who signed up with an address could
    find out whether it was free or taken.
    """

    message = "the email address or the password is wrong, or the address is not verified yet"


class SecondFactorRequired(AuthenticationError):
    """The password is right, and is not enough. The ticket takes the sign-in on."""

    name = "second_factor_required"
    message = "a second factor is needed to sign in"
    event = "authn_second_factor_required"

    def __init__(self, ticket: str, kinds: Sequence[str], expires_in: int, **about: str) -> None:
        super().__init__(**about)
        self.details = {"ticket": ticket, "kinds": list(kinds), "ticket_expires_in": expires_in}


class InvalidTicket(AuthenticationError):
    """A ticket between two steps of a sign-in, or of a ceremony, is not ours, too old, or dead."""

    name = "invalid_ticket"
    message = "what was begun took too long, or was finished before; begin it again"
    event = "authn_login_fail"


class ReplayedAnswer(InvalidTicket):
    """A passkey has answered this ticket before."""

    event = "authn_passkey_replayed"


class InvalidAuthorizationCode(AuthenticationError):
    """A code of the account pages is not of this client, address and verifier, or of no use."""

    name = "invalid_authorization_code"
    message = "the authorization code is not valid, or no longer; begin again"
    event = "authn_login_fail"


class InvalidCode(AuthenticationError):
    """`waits` says whether this was one wrong code too many, so that the next one has to wait."""

    name = "invalid_code"
    message = "the code is wrong, or was used before"
    event = "authn_login_fail"

    def __init__(self, waits: bool = False, **about: str) -> None:
        super().__init__(**about)
        self.waits = waits


class Flaw(Enum):
    """What is wrong with a passkey that was presented, as the event in the log. The client is told
    none of it, because only an attacker could use it."""

    MALFORMED = "authn_passkey_malformed"
    WRONG_CEREMONY = "authn_passkey_wrong_ceremony"
    WRONG_ORIGIN = "authn_passkey_wrong_origin"
    WRONG_CHALLENGE = "authn_passkey_wrong_challenge"
    WRONG_RP = "authn_passkey_wrong_rp"
    FORMER_RP = "authn_passkey_former_rp"
    USER_ABSENT = "authn_passkey_user_absent"
    USER_UNVERIFIED = "authn_passkey_user_unverified"
    BACKUP_CHANGED = "authn_passkey_backup_changed"
    UNSUPPORTED_KEY = "authn_passkey_unsupported_key"
    WRONG_SIGNATURE = "authn_passkey_wrong_signature"
    EMBEDDED = "authn_passkey_embedded"
    OF_ANOTHER = "authn_passkey_of_another"
    COUNTER_WENT_BACK = "authn_passkey_counter_went_back"
    UNKNOWN = "authn_passkey_unknown"


class InvalidPasskey(AuthenticationError):
    """What an authenticator has answered is not what it was asked for (WebAuthn Level 3, sections
    7.1 and 7.2)."""

    name = "invalid_passkey"
    message = "the passkey was not accepted"

    def __init__(self, flaw: Flaw, **about: str) -> None:
        super().__init__(flaw.name.lower().replace("_", " "), **about)
        self.flaw, self.event = flaw, flaw.value


class UnknownPasskey(InvalidPasskey):
    """The user that the device names has no such passkey, or no longer. It may forget it."""

    name = "unknown_passkey"
    message = "this passkey is not known, or no longer"

    def __init__(self, **about: str) -> None:
        super().__init__(Flaw.UNKNOWN, **about)


class ReauthenticationRequired(AuthenticationError):
    """The session is fine, but what it is asked for needs a fresh proof of one of `kinds`."""

    name = "reauthentication_required"
    message = ("show again who you are, by PUT /session/authentication or PUT /session/passkey, and"
               " repeat the request")
    event = "authn_reauthentication_required"

    def __init__(self, kinds: Sequence[str], **about: str) -> None:
        super().__init__(**about)
        self.details = {"kinds": list(kinds)}


class EnrolmentRequired(AuthenticationError):
    name = "enrolment_required"
    message = "this service requires a second factor; add one to go on"
    event = "authn_second_factor_required"


class AccountBlocked(AuthenticationError):
    """Operators have blocked the account. Only who has proven to be its owner learns it."""

    name = "account_blocked"
    message = "this account is blocked; ask those who run the service"
    event = "authn_login_fail"


class SessionEnded(AuthenticationError):
    name = "session_ended"
    message = "the session has ended; sign in again"


class TokenReused(SessionEnded):
    """A spent token was replayed, and the session was ended because of it."""

    event = "authn_token_reuse"


class StaleAccessToken(AuthenticationError):
    name = "stale_access_token"
    message = "the access token and the refresh token are not of the same pair"


class MethodNotAllowed(SessionApiError):
    """The path supports only the methods in `allowed`."""

    name = "method_not_allowed"
    message = "this path does not support this method"

    def __init__(self, allowed: Sequence[str]) -> None:
        super().__init__()
        self.allowed = tuple(allowed)


class NotFound(SessionApiError):
    name = "not_found"
    message = "there is nothing with this id"


class NoPasskey(NotFound):
    message = "the account has no passkey that could be shown"


class NoSuchRoute(NotFound):
    message = "there is no such route"


class PasskeysNotConfigured(NotFound):
    name = "passkeys_not_configured"
    message = "this stage has no passkeys"


class UserExists(SessionApiError):
    name = "user_exists"
    message = "an account with this email address already exists"


class FactorExists(SessionApiError):
    name = "factor_exists"
    message = "there is a second factor of this kind already; remove it first"


class PasskeyExists(FactorExists):
    message = "this passkey was added before"


class TooManyPasskeys(SessionApiError):
    name = "too_many_passkeys"
    message = "there are as many passkeys as an account can have; remove one first"


class LastWayIn(SessionApiError):
    name = "last_way_in"
    message = "nothing else signs in to this account; add a passkey or set a password first"


class TryLater(SessionApiError):
    """The client should send the request again after `retry_after_seconds`."""

    def __init__(self, message: str | None = None, *, retry_after_seconds: int = 1,
                 **about: str) -> None:
        super().__init__(message, **about)
        self.retry_after_seconds = retry_after_seconds


class TooManyAttempts(TryLater):
    name = "too_many_attempts"
    message = "too many attempts; wait before you try again"
    event = "authn_login_lock"


class TooManyRequests(TooManyAttempts):
    """A quota is used up, whatever became of the requests that used it."""

    event = "excess_rate_limit_exceeded"


class Unavailable(TryLater):
    """A store that we need is down or throttled, or too many requests compete for one item."""

    name = "unavailable"
    message = "the service is unavailable; try again later"


class MailNotConfigured(SessionApiError):
    name = "mail_not_configured"
    event = "mail_not_configured"
    message = "this stage sends no mail"


class MailNotSent(SessionApiError):
    """SES refused a mail, or did not take it."""


class Misconfigured(SessionApiError):
    """A setting or a secret is missing or out of bounds, which no client can correct."""
