"""The environment, read once into a typed, validated object.

This is the only module that reads the environment. If a value is missing and has no default, is
not a whole number, or is out of bounds, the function stops at its start with Misconfigured, which
names the variable and the bound.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, fields
from typing import Annotated, Any

from shared.errors import Misconfigured

DAY_SECONDS = 86_400
MOST_OF_NAME = 64


# The rules beside the fields are plain classes: named tuples would take about 1 % of the start
# of a light function.
class Within:
    """The bounds of a number on every stage. On stage local, `least_local` replaces the least."""

    def __init__(self, least: int, most: int, least_local: int | None = None) -> None:
        self.least, self.most, self.least_local = least, most, least_local


class OneOf:
    """The two words that a setting can be."""

    def __init__(self, default: str, other: str) -> None:
        self.default, self.other = default, other


class Without:
    """What is cut off the end of a text."""

    def __init__(self, end: str) -> None:
        self.end = end


@dataclass(frozen=True, slots=True)
class Settings:
    """What a stage may choose, each by the environment variable of its name in upper case.

    Seconds and counts are integers; names are AWS names or ARNs. What has no default here
    must be set.
    """

    stage: str
    service_name: str
    token_issuer: str
    users_table: str
    identities_table: str
    sessions_table: str
    attempts_table: str
    factors_table: str
    clients_table: str
    signing_secret_id: str
    pepper_secret_id: str
    mail_function: str
    # How long API Gateway may answer for the authorizer; it answers for copies of a token, too.
    authorizer_cache_seconds: Annotated[int, Within(0, 3600)]
    allowed_origins: tuple[str, ...] = ()
    # Locally, the least lifetimes let a test see many refreshes in seconds.
    access_token_seconds: Annotated[int, Within(60, DAY_SECONDS, least_local=2)] = 3600
    session_idle_seconds: Annotated[
        int, Within(300, 90 * DAY_SECONDS, least_local=10)] = 14 * DAY_SECONDS
    session_absolute_seconds: Annotated[int, Within(300, 365 * DAY_SECONDS)] = 30 * DAY_SECONDS
    early_refresh_seconds: Annotated[int, Within(0, 3600)] = 60
    grace_seconds: Annotated[int, Within(5, 300, least_local=1)] = 30
    # OWASP's Password Storage Cheat Sheet asks for 10 or more. Locally, tests need not wait.
    bcrypt_cost: Annotated[int, Within(10, 15, least_local=4)] = 12
    # NIST SP 800-63B-4 allows 8 only beside a second factor; never less.
    password_min_length: Annotated[int, Within(8, 64)] = 15
    # hibp: the start of the hash of a new password goes to Have I Been Pwned.
    breached_passwords: Annotated[str, OneOf("none", "hibp")] = "none"
    max_sessions: Annotated[int, Within(1, 100)] = 10
    # Failed attempts in a quarter of an hour and sign-ups in an hour, from one source address.
    source_failures: Annotated[int, Within(10, 100_000)] = 100
    source_sign_ups: Annotated[int, Within(10, 100_000)] = 200
    mails_per_mailbox: Annotated[int, Within(2, 100)] = 6
    mails_per_source: Annotated[int, Within(1, 100_000)] = 60
    mails_per_hour: Annotated[int, Within(1, 100_000)] = 1000
    mail_sender: str = ""
    mail_configuration_set: str = ""
    mail_link_url: Annotated[str, Without("/")] = ""
    # Only the function that serves the account pages is told.
    logo_url: str = ""
    # `factors.relying_party` has the rules of both; only functions that know passkeys pay for them.
    passkey_rp_id: str = ""
    passkey_origins: tuple[str, ...] = ()
    # Issuers whose tokens are accepted as well, while a stage moves to another address.
    other_issuers: tuple[str, ...] = ()
    require_verified_email: Annotated[bool, OneOf("false", "true")] = False
    require_second_factor: Annotated[bool, OneOf("false", "true")] = False
    # From the first sign-in since the stage requires one, until it lets the person do nothing else.
    enrolment_grace_seconds: Annotated[int, Within(0, 30 * DAY_SECONDS)] = 7 * DAY_SECONDS
    log_level: Annotated[str, OneOf("INFO", "WARN")] = "INFO"

    @property
    def issuers(self) -> tuple[str, ...]:
        """What the `iss` claim of a token may be; the first is that of new tokens."""
        return (self.token_issuer, *self.other_issuers)

    @property
    def link_base(self) -> str:
        """The web address that links in mail lead to; the stage's own account pages, unless it has
        others."""
        return self.mail_link_url or f"{self.token_issuer}/account"


def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings that `environment` holds, or raise Misconfigured."""
    chosen: dict[str, Any] = {}
    for field in fields(Settings):
        name = field.name.upper()
        text = environment.get(name, "").strip()
        if field.default is MISSING and not text:
            raise Misconfigured(f"{name} is not set")
        if name in environment:
            chosen[field.name] = _value(field, name, text, environment.get("STAGE") == "local")
    settings = Settings(**chosen)
    _check_name(settings.service_name)
    _check_order(settings)
    _check_mail(settings)
    _check_addresses(settings)
    return settings


def on_lambda(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether this process is a Lambda execution environment, where init builds everything."""
    return "AWS_LAMBDA_FUNCTION_NAME" in environment


def _value(field: Field[Any], name: str, text: str, is_local: bool) -> object:
    """Return what `text` says, by the type of the field and the rule beside it."""
    rule = getattr(field.type, "__metadata__", [None])[0]
    if isinstance(rule, Within):
        least = rule.least_local if is_local and rule.least_local is not None else rule.least
        return _whole_number(name, text, least, rule.most)
    if isinstance(rule, OneOf):
        if text not in (rule.default, rule.other):
            raise Misconfigured(f"{name} is neither {rule.default} nor {rule.other}")
        return text == rule.other if isinstance(field.default, bool) else text
    if isinstance(rule, Without):
        return text.rstrip(rule.end)
    if field.default == ():
        return tuple(filter(None, map(str.strip, text.split(","))))
    return text


def _whole_number(name: str, text: str, least: int, most: int) -> int:
    if not (text.isascii() and text.isdigit()):
        raise Misconfigured(f"{name} is not a whole number")
    if not least <= int(text) <= most:
        raise Misconfigured(f"{name} is {text}, outside {least} to {most}")
    return int(text)


def _check_name(name: str) -> None:
    # What an app that makes codes shows has no colon ("Key URI Format" of Google Authenticator).
    if len(name) > MOST_OF_NAME or any(
            character == ":" or character < " " or "\x7f" <= character < "\xa0"
            for character in name):
        raise Misconfigured(f"SERVICE_NAME has at most {MOST_OF_NAME} characters, without colons "
                            "and line breaks")


def _check_mail(settings: Settings) -> None:
    if settings.require_verified_email and not settings.mail_sender:
        raise Misconfigured("REQUIRE_VERIFIED_EMAIL needs MAIL_SENDER")


def _check_addresses(settings: Settings) -> None:
    origins = () if settings.allowed_origins == ("*",) else settings.allowed_origins
    links = (settings.mail_link_url,) if settings.mail_link_url else ()
    logos = (settings.logo_url,) if settings.logo_url else ()
    if not (origins or links or logos or settings.other_issuers):
        return
    # Most stages need none of it, and compiling its expressions takes time.
    from shared.web_addresses import is_issuer, is_link_base, is_logo, is_origin
    _require(is_origin, origins, "ALLOWED_ORIGINS is * alone, or origins as browsers send them")
    _require(is_issuer, settings.other_issuers, "OTHER_ISSUERS are https addresses with the host "
             "in lower case, without :443 and without a slash at the end")
    _require(is_link_base, links, "MAIL_LINK_URL is https, or http on this machine, without a "
             "query or fragment")
    _require(is_logo, logos, "LOGO_URL is the https address of a file, without a query or "
             "fragment")


def _require(is_right: Callable[[str], bool], texts: tuple[str, ...], rule: str) -> None:
    for text in texts:
        if not is_right(text):
            raise Misconfigured(f"{rule}; {text} is none")


def _check_order(settings: Settings) -> None:
    if settings.early_refresh_seconds >= settings.access_token_seconds:
        raise Misconfigured("EARLY_REFRESH_SECONDS must be less than ACCESS_TOKEN_SECONDS")
    if settings.access_token_seconds > settings.session_idle_seconds:
        raise Misconfigured("ACCESS_TOKEN_SECONDS must not exceed SESSION_IDLE_SECONDS")
    if settings.session_idle_seconds > settings.session_absolute_seconds:
        raise Misconfigured("SESSION_IDLE_SECONDS must not exceed SESSION_ABSOLUTE_SECONDS")
