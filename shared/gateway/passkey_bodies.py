"""Request bodies with what an authenticator has answered, as browsers write it: the JSON of
PublicKeyCredential.toJSON() (WebAuthn Level 3, section 5.1).

Members that we do not read may be there, because browsers add some. All others are read strictly.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic_core import CoreSchema, core_schema

from shared.callers import SentPasskey
from shared.gateway.bodies import Body, Token

# The longest texts in base64url: a credential id of 1,023 bytes, and a user handle of 64.
MOST_ID_CHARACTERS, MOST_HANDLE_CHARACTERS = 1364, 86
MOST_TRANSPORTS = 8
TRANSPORT = re.compile(r"[a-z0-9_-]{1,16}", re.ASCII)
MOST_NAME_CHARACTERS = 64
UNNAMED = "Passkey"
# No control characters, no ends of lines, and none that turn the direction of what is shown around.
NAME_PATTERN = "^[^\\x00-\\x1f\\x7f-\\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]*$"


def _base64url(most: int | None = None, least: int = 1) -> CoreSchema:
    return core_schema.str_schema(strict=True, pattern=r"^[A-Za-z0-9_-]*$", min_length=least,
                                  max_length=most)


def _required(schema: CoreSchema) -> core_schema.TypedDictField:
    return core_schema.typed_dict_field(schema, required=True)


def _optional(schema: CoreSchema) -> core_schema.TypedDictField:
    return core_schema.typed_dict_field(schema, required=False)


def _credential(response: dict[str, core_schema.TypedDictField]) -> CoreSchema:
    return core_schema.typed_dict_schema({
        "id": _required(_base64url(MOST_ID_CHARACTERS)),
        "type": _required(core_schema.literal_schema(["public-key"])),
        "response": _required(core_schema.typed_dict_schema(
            {"clientDataJSON": _required(_base64url())} | response, extra_behavior="ignore"))},
        extra_behavior="ignore")


Registration = Annotated[Mapping[str, Any], _credential({
    "attestationObject": _required(_base64url()),
    # A hint, of which browsers know new words before we do.
    "transports": _optional(core_schema.nullable_schema(core_schema.list_schema()))})]
Assertion = Annotated[Mapping[str, Any], _credential({
    "authenticatorData": _required(_base64url()), "signature": _required(_base64url()),
    # Of a passkey that was named in the options, a browser may send none.
    "userHandle": _optional(core_schema.nullable_schema(
        _base64url(MOST_HANDLE_CHARACTERS, least=0)))})]
Name = Annotated[str, core_schema.str_schema(strict=True, strip_whitespace=True, min_length=1,
                                             max_length=MOST_NAME_CHARACTERS,
                                             pattern=NAME_PATTERN)]
OptionalTicket = Annotated[str, core_schema.str_schema(strict=True)]


def flat(credential: Mapping[str, Any]) -> dict[str, str]:
    """Return the id, and the texts of the response, of a credential that was read."""
    texts = {name: text for name, text in credential["response"].items() if isinstance(text, str)}
    return {"id": credential["id"], **texts}


@dataclass(frozen=True, slots=True)
class PasskeyStart(Body):
    """With the ticket of a second step, or without one."""

    ticket: OptionalTicket = ""


@dataclass(frozen=True, slots=True)
class PasskeyAnswer(Body):
    ticket: Token
    credential: Assertion

    @property
    def answer(self) -> dict[str, str]:
        return flat(self.credential)


class _Made(Body):
    """What both bodies with a new passkey have."""

    __slots__ = ()
    ticket: str
    credential: Mapping[str, Any]
    name: str

    @property
    def passkey(self) -> SentPasskey:
        sent = self.credential["response"].get("transports") or ()
        # Each way once, in the order of the alphabet; what cannot be one is dropped.
        known = sorted({way for way in sent if isinstance(way, str) and TRANSPORT.fullmatch(way)})
        return SentPasskey(self.ticket, flat(self.credential), self.name,
                           tuple(known[:MOST_TRANSPORTS]))


@dataclass(frozen=True, slots=True)
class NewPasskey(_Made):
    ticket: Token
    credential: Registration
    name: Name = UNNAMED


@dataclass(frozen=True, slots=True)
class PasskeyAccount(_Made):
    token: Token
    ticket: Token
    credential: Registration
    name: Name = UNNAMED


@dataclass(frozen=True, slots=True)
class PasskeyName(Body):
    name: Name


@dataclass(frozen=True, slots=True)
class SignUpLink(Body):
    token: Token
