"""Request bodies of the authorization code flow (RFC 6749 section 4.1, RFC 7636)."""

from dataclasses import dataclass
from typing import Annotated

from pydantic_core import core_schema

from shared.gateway.bodies import Body, Token

# RFC 7636 section 4.2, and section 4.1.
Challenge = Annotated[str, core_schema.str_schema(strict=True, pattern=r"^[A-Za-z0-9_-]{43}$")]
Method = Annotated[str, core_schema.literal_schema(["S256"])]
Verifier = Annotated[str, core_schema.str_schema(strict=True,
                                                 pattern=r"^[A-Za-z0-9._~-]{43,128}$")]


@dataclass(frozen=True, slots=True)
class CodeRequest(Body):
    client_id: Token
    redirect_uri: Token
    code_challenge: Challenge
    code_challenge_method: Method


@dataclass(frozen=True, slots=True)
class CodeExchange(Body):
    code: Token
    code_verifier: Verifier
    redirect_uri: Token
