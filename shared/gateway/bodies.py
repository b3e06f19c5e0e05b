"""Request bodies and their field types.

They are read strictly: nothing is coerced, and no unknown key is accepted. A refusal names each
field and says what is wrong with it, and never repeats a value.

pydantic-core, the engine of pydantic, reads them. The package around it would turn
annotations into the schemas that are written out here, but importing it takes a sixth of a
cold start. Bodies with an address are in `email_bodies`, which has more to import.
"""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from functools import cache
from typing import Annotated, Self, get_type_hints

from pydantic_core import (CoreSchema, SchemaValidator, ValidationError,
                           core_schema)

from shared.errors import InvalidEmail, InvalidRequest, UnsupportedAccountType

MAX_FIELD_NAME_CHARACTERS = 64
# Otherwise a body of unknown keys would get an answer of seven times its size.
MAX_FAULTS = 10

Password = Annotated[str, core_schema.str_schema(strict=True, min_length=1)]
Token = Annotated[str, core_schema.str_schema(strict=True, min_length=1)]
# As people and apps write them, with blanks and dashes.
Code = Annotated[str, core_schema.str_schema(strict=True, min_length=1, max_length=64)]
# An empty one is taken for none, because an application may keep none yet.
DeviceToken = Annotated[str, core_schema.str_schema(strict=True)]


@dataclass(frozen=True, slots=True)
class Body:
    """The base of all request bodies; each field is Annotated with its schema, and optional if it
    has a default."""

    @classmethod
    def parse(cls, value: Mapping[str, object], stage: str = "") -> Self:
        """Return the body, or raise InvalidRequest or the narrower error of its one field.

        What is accepted can depend on the stage.
        """
        try:
            return cls(**cls._validator().validate_python(value, context=stage))
        except ValidationError as error:
            raise _refusal(error) from error

    @classmethod
    def schema(cls) -> CoreSchema:
        """Return what the body may hold, in the terms of pydantic-core."""
        hints = get_type_hints(cls, include_extras=True)
        return core_schema.typed_dict_schema(
            {field.name: core_schema.typed_dict_field(hints[field.name].__metadata__[0],
                                                      required=field.default is MISSING)
             for field in fields(cls)}, extra_behavior="forbid")

    @classmethod
    @cache
    def _validator(cls) -> SchemaValidator:
        return SchemaValidator(cls.schema(), core_schema.CoreConfig(hide_input_in_errors=True))


def _refusal(error: ValidationError) -> InvalidRequest:
    """Return the narrower error if all faults are of the one kind that it is for, else
    InvalidRequest."""
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    fields = [{"field": ".".join(str(part) for part in fault["loc"])[:MAX_FIELD_NAME_CHARACTERS],
               "message": fault["msg"]} for fault in faults[:MAX_FAULTS]]
    if len(faults) > MAX_FAULTS:
        return InvalidRequest(f"{InvalidRequest.message}; only the first {MAX_FAULTS} of "
                              f"{len(faults)} faults are listed", fields)
    kinds = {fault["type"] for fault in faults}
    narrower = _NARROWER.get(kinds.pop(), InvalidRequest) if len(kinds) == 1 else InvalidRequest
    return narrower(fields=fields)


# By the types of the faults that the validators of `email_bodies` find.
_NARROWER: dict[str, type[InvalidRequest]] = {
    "invalid_email": InvalidEmail, "unsupported_account_type": UnsupportedAccountType}


@dataclass(frozen=True, slots=True)
class Refresh(Body):
    refresh_token: Token


@dataclass(frozen=True, slots=True)
class PasswordChange(Body):
    current_password: Password
    new_password: Password


@dataclass(frozen=True, slots=True)
class PasswordReset(Body):
    token: Token
    new_password: Password


@dataclass(frozen=True, slots=True)
class EmailVerification(Body):
    token: Token
    password: Password = ""


@dataclass(frozen=True, slots=True)
class EmailConfirmation(Body):
    token: Token


@dataclass(frozen=True, slots=True)
class Confirmation(Body):
    """Without a password from somebody who has none."""

    password: Password = ""


@dataclass(frozen=True, slots=True)
class FreshProof(Body):
    """One of the two."""

    password: Password = ""
    code: Code = ""


@dataclass(frozen=True, slots=True)
class TotpConfirmation(Body):
    code: Code
