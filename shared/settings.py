"""The environment, read once into a typed, validated object.

This is the only module that reads the environment. A value that is missing where
it has no default, is not a whole number, or is out of bounds stops the function
at start with Misconfigured, which names the variable and the bound.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from shared.errors import Misconfigured

DAY_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Settings:
    """What a stage may choose. Seconds and counts are integers; names are AWS names or ARNs."""

    stage: str
    service_name: str
    token_issuer: str
    users_table: str
    identities_table: str
    sessions_table: str
    attempts_table: str
    clients_table: str
    signing_secret_id: str
    pepper_secret_id: str
    allowed_origins: tuple[str, ...] = ()
    access_token_seconds: int = 3600
    session_idle_seconds: int = 14 * DAY_SECONDS
    session_absolute_seconds: int = 30 * DAY_SECONDS
    early_refresh_seconds: int = 60
    grace_seconds: int = 30
    bcrypt_cost: int = 12
    password_min_length: int = 15
    max_sessions: int = 10
    mail_sender: str = ""
    mail_link_url: str = ""
    require_verified_email: bool = False
    log_level: str = "INFO"


# Bounds that hold on every stage: variable -> (least, most).
BOUNDS = {
    "ACCESS_TOKEN_SECONDS": (60, DAY_SECONDS),
    "SESSION_IDLE_SECONDS": (300, 90 * DAY_SECONDS),
    "SESSION_ABSOLUTE_SECONDS": (300, 365 * DAY_SECONDS),
    "EARLY_REFRESH_SECONDS": (0, 3600),
    "GRACE_SECONDS": (5, 300),
    # OWASP's Password Storage Cheat Sheet asks for 10 or more.
    "BCRYPT_COST": (10, 15),
    # NIST SP 800-63B-4 allows 8 only beside a second factor; never less.
    "PASSWORD_MIN_LENGTH": (8, 64),
    "MAX_SESSIONS": (1, 100),
}

# bcrypt's own least cost, so that the tests of a laptop stack need not wait for it.
LOCAL_LEAST_BCRYPT_COST = 4

REQUIRED = ("STAGE", "SERVICE_NAME", "TOKEN_ISSUER", "USERS_TABLE", "IDENTITIES_TABLE",
            "SESSIONS_TABLE", "ATTEMPTS_TABLE", "CLIENTS_TABLE", "SIGNING_SECRET_ID",
            "PEPPER_SECRET_ID")


def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings that `environment` holds, or raise Misconfigured."""
    texts = {name.lower(): _required(environment, name) for name in REQUIRED}
    numbers = {name.lower(): _whole_number(environment, name)
               for name in BOUNDS if name in environment}
    origins = environment.get("ALLOWED_ORIGINS", "").split(",")
    settings = Settings(**texts, **numbers,  # type: ignore[arg-type]  # keys are field names
                        allowed_origins=tuple(o.strip() for o in origins if o.strip()),
                        mail_sender=environment.get("MAIL_SENDER", "").strip(),
                        mail_link_url=environment.get("MAIL_LINK_URL", "").strip().rstrip("/"),
                        require_verified_email=_choice(
                            environment, "REQUIRE_VERIFIED_EMAIL", "false", "true") == "true",
                        log_level=_choice(environment, "LOG_LEVEL", "INFO", "WARN"))
    _check_order(settings)
    _check_mail(settings)
    return settings


def on_lambda(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether this process is a Lambda execution environment, where init builds everything."""
    return "AWS_LAMBDA_FUNCTION_NAME" in environment


def _required(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name, "").strip()
    if not value:
        raise Misconfigured(f"{name} is not set")
    return value


def _whole_number(environment: Mapping[str, str], name: str) -> int:
    least, most = BOUNDS[name]
    if name == "BCRYPT_COST" and environment.get("STAGE") == "local":
        least = LOCAL_LEAST_BCRYPT_COST
    text = environment[name].strip()
    if not (text.isascii() and text.isdigit()):
        raise Misconfigured(f"{name} is not a whole number")
    if not least <= int(text) <= most:
        raise Misconfigured(f"{name} is {text}, outside {least} to {most}")
    return int(text)


def _choice(environment: Mapping[str, str], name: str, default: str, other: str) -> str:
    text = environment.get(name, default).strip()
    if text not in (default, other):
        raise Misconfigured(f"{name} is neither {default} nor {other}")
    return text


def _check_mail(settings: Settings) -> None:
    if settings.mail_sender and not settings.mail_link_url.startswith(("https://", "http://")):
        raise Misconfigured("MAIL_SENDER needs MAIL_LINK_URL, the web address of links in mail")
    if settings.require_verified_email and not settings.mail_sender:
        raise Misconfigured("REQUIRE_VERIFIED_EMAIL needs MAIL_SENDER")


def _check_order(settings: Settings) -> None:
    if settings.early_refresh_seconds >= settings.access_token_seconds:
        raise Misconfigured("EARLY_REFRESH_SECONDS must be less than ACCESS_TOKEN_SECONDS")
    if settings.access_token_seconds > settings.session_idle_seconds:
        raise Misconfigured("ACCESS_TOKEN_SECONDS must not exceed SESSION_IDLE_SECONDS")
    if settings.session_idle_seconds > settings.session_absolute_seconds:
        raise Misconfigured("SESSION_IDLE_SECONDS must not exceed SESSION_ABSOLUTE_SECONDS")
