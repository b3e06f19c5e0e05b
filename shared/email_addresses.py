"""The one spelling of an email address, by which an account is found."""

from email_validator import SPECIAL_USE_DOMAIN_NAMES, validate_email

# Of the whole address (RFC 5321 section 4.5.3.1.3, without the angle brackets).
MAX_CHARACTERS = 254
# A local part that contains it can be an encoded word (RFC 2047): a mail program that decodes it
# sees another address.
ENCODED_WORD = "=?"
LOCAL_STAGE = "local"


class NotAnEmailAddress(ValueError):
    """The text is no address that we take; the message says why, and does not repeat it."""


def normalised(text: str, stage: str = "") -> str:
    """Return the one spelling of an address: trimmed, NFC, lower case, IDNA domain.

    The local part is ASCII (RFC 5321) and has at most 64 characters; no DNS look-up is made. The
    domain is not one that is reserved (RFC 6761), but for .test on stage local. Raises
    NotAnEmailAddress.
    """
    address = text.strip()
    if len(address) <= MAX_CHARACTERS:
        if spelling := _spelling(address, stage == LOCAL_STAGE):
            return spelling
        # The end that makes it public shows that nothing else is wrong with the address.
        reserved = address.rpartition(".")[2].rpartition("@")[2].lower()
        if reserved in SPECIAL_USE_DOMAIN_NAMES and _spelling(f"{address}.org", False):
            raise NotAnEmailAddress(f'must not be at a domain that ends in "{reserved}": it is'
                                    " reserved and gets no mail")
    raise NotAnEmailAddress("must be an email address")


def _spelling(address: str, accepts_test: bool) -> str | None:
    try:
        valid = validate_email(address, check_deliverability=False, allow_smtputf8=False,
                               strict=True, test_environment=accepts_test)
    except Exception:
        # Whatever the parser cannot read is no address, even if it fails by a defect of its own.
        return None
    local_part, domain = valid.local_part, valid.ascii_domain
    return None if ENCODED_WORD in local_part else f"{local_part}@{domain}".lower()
