"""The one spelling of an email address, by which an account is found."""

from email_validator import EmailNotValidError, validate_email


class NotAnEmailAddress(ValueError):
    """The text is no address; the message does not repeat it."""


def normalised(text: str) -> str:
    """Return the one spelling of an address: trimmed, NFC, lower case, IDNA domain.

    The local part is ASCII (RFC 5321); no DNS look-up is made. Raises NotAnEmailAddress.
    """
    try:
        valid = validate_email(text.strip(), check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as error:
        raise NotAnEmailAddress("must be an email address") from error
    return f"{valid.local_part}@{valid.ascii_domain}".lower()
