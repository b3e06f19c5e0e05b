"""What the settings of a stage are held to, said a second time on purpose: a change of a bound
has to be made here as well."""

REQUIRED = ("STAGE", "SERVICE_NAME", "TOKEN_ISSUER", "USERS_TABLE", "IDENTITIES_TABLE",
            "SESSIONS_TABLE", "ATTEMPTS_TABLE", "CLIENTS_TABLE", "SIGNING_SECRET_ID",
            "PEPPER_SECRET_ID", "MAIL_FUNCTION", "AUTHORIZER_CACHE_SECONDS")
BOUNDS = {
    "ACCESS_TOKEN_SECONDS": (60, 86_400),
    "SESSION_IDLE_SECONDS": (300, 7_776_000),
    "SESSION_ABSOLUTE_SECONDS": (300, 31_536_000),
    "EARLY_REFRESH_SECONDS": (0, 3600),
    "AUTHORIZER_CACHE_SECONDS": (0, 3600),
    "GRACE_SECONDS": (5, 300),
    "BCRYPT_COST": (10, 15),
    "PASSWORD_MIN_LENGTH": (8, 64),
    "MAX_SESSIONS": (1, 100),
    "SOURCE_FAILURES": (10, 100_000),
    "SOURCE_SIGN_UPS": (10, 100_000),
    "MAILS_PER_MAILBOX": (2, 100),
    "MAILS_PER_SOURCE": (1, 100_000),
    "MAILS_PER_HOUR": (1, 100_000),
}
# The least on stage local, where it is less.
LEAST_LOCAL = {"ACCESS_TOKEN_SECONDS": 2, "SESSION_IDLE_SECONDS": 10, "GRACE_SECONDS": 1,
               "BCRYPT_COST": 4}
