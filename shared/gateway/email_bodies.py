"""Request bodies that hold an email address."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from pydantic_core import CoreSchema, PydanticCustomError, core_schema
from pydantic_core.core_schema import ValidationInfo

from shared.email_addresses import NotAnEmailAddress, normalised
from shared.gateway.bodies import Body, Code, DeviceToken, Password, Token


def _email(text: str, info: ValidationInfo[str]) -> str:
    try:
        return normalised(text, stage=info.context)
    except NotAnEmailAddress as error:
        raise PydanticCustomError("invalid_email", "{reason}", {"reason": str(error)}) from error


def _account_type(text: str, _info: ValidationInfo[str]) -> str:
    if text != "traditional":
        raise PydanticCustomError("unsupported_account_type",
                                  "must be 'traditional' or 'second_factor'")
    return text


def _checked(check: Callable[[str, ValidationInfo[str]], str], **keywords: object) -> CoreSchema:
    """Return the schema of text that `check` accepts; openapi.yaml shows `keywords` of it.

    `check` is also told the stage, as the context of the validation.
    """
    return core_schema.with_info_after_validator_function(
        check, core_schema.str_schema(strict=True), metadata={"pydantic_js_updates": keywords})


Email = Annotated[str, _checked(_email, format="email")]
SECOND_FACTOR = "second_factor"
# The handler reads such a body only if it says so.
SecondFactorType = Annotated[str, core_schema.literal_schema([SECOND_FACTOR])]
AccountType = Annotated[str, _checked(_account_type, enum=["traditional"])]


@dataclass(frozen=True, slots=True)
class NewUser(Body):
    """Without a password, the person signs up with a passkey."""

    email: Email
    password: Password = ""


@dataclass(frozen=True, slots=True)
class Credentials(Body):
    account_type: AccountType
    email: Email
    password: Password
    device_token: DeviceToken = ""


@dataclass(frozen=True, slots=True)
class SecondStep(Body):
    account_type: SecondFactorType
    ticket: Token
    code: Code


@dataclass(frozen=True, slots=True)
class Address(Body):
    email: Email
    device_token: DeviceToken = ""


@dataclass(frozen=True, slots=True)
class NextAddress(Body):
    email: Email
