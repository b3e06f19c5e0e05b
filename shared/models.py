"""Request bodies and their field types.

Strict: no coercion, no unknown keys. A refusal names each field and says what is
wrong with it, and never repeats a value.
"""

from collections.abc import Mapping
from typing import Annotated, Self

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from shared.errors import InvalidEmail, InvalidRequest, UnsupportedAccountType

MAX_FIELD_NAME_CHARACTERS = 64


def normalised_email(text: str) -> str:
    """Return the one spelling of an address: trimmed, NFC, lower case, IDNA domain.

    The local part is ASCII (RFC 5321); no DNS look-up is made.
    """
    try:
        valid = validate_email(text.strip(), check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as error:
        raise PydanticCustomError("invalid_email", "must be an email address") from error
    return f"{valid.local_part}@{valid.ascii_domain}".lower()


def _supported_account_type(text: str) -> str:
    if text != "traditional":
        raise PydanticCustomError("unsupported_account_type", "must be 'traditional'")
    return text


Email = Annotated[str, AfterValidator(normalised_email),
                  Field(json_schema_extra={"format": "email"})]
AccountType = Annotated[str, AfterValidator(_supported_account_type),
                        Field(json_schema_extra={"enum": ["traditional"]})]
Password = Annotated[str, Field(min_length=1)]
Token = Annotated[str, Field(min_length=1)]


class Body(BaseModel):
    """The common ground of all request bodies."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)

    @classmethod
    def parse(cls, value: Mapping[str, object]) -> Self:
        """Return the body, or raise InvalidRequest or the narrower error of its one field."""
        try:
            return cls.model_validate(value)
        except ValidationError as error:
            raise _refusal(error) from error


def _refusal(error: ValidationError) -> InvalidRequest:
    """Return the narrower error when all faults are of its one kind, else InvalidRequest."""
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    fields = [{"field": ".".join(str(part) for part in fault["loc"])[:MAX_FIELD_NAME_CHARACTERS],
               "message": fault["msg"]} for fault in faults]
    kinds = {fault["type"] for fault in faults}
    narrower = _NARROWER.get(kinds.pop(), InvalidRequest) if len(kinds) == 1 else InvalidRequest
    return narrower(fields=fields)


_NARROWER: dict[str, type[InvalidRequest]] = {
    "invalid_email": InvalidEmail, "unsupported_account_type": UnsupportedAccountType}


class NewUser(Body):
    email: Email
    password: Password


class Credentials(Body):
    account_type: AccountType
    email: Email
    password: Password


class Refresh(Body):
    refresh_token: Token


class PasswordChange(Body):
    current_password: Password
    new_password: Password


class Address(Body):
    email: Email


class PasswordReset(Body):
    token: Token
    new_password: Password


class EmailVerification(Body):
    token: Token


class Confirmation(Body):
    password: Password
