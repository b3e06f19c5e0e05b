"""What each function answers when it succeeds, for openapi.yaml.

Handlers answer plain dictionaries. These models describe their shapes, and the whole-stack tests
compare real answers with the openapi.yaml that is made from them.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from scripts.operating.roles import MAX_ROLES
from shared.factors.recovery_codes import COUNT

Seconds = Annotated[int, Field(ge=0, description="whole seconds")]
Instant = Annotated[int, Field(ge=0, description="epoch seconds")]


class AnswerModel(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Message(AnswerModel):
    message: str


class Configuration(AnswerModel):
    issuer: str
    jwks_uri: str
    response_types_supported: list[Literal["none"]]
    subject_types_supported: list[Literal["public"]]
    id_token_signing_alg_values_supported: list[Literal["ES256"]]
    claims_supported: list[str]
    dpop_signing_alg_values_supported: list[Literal["ES256"]]


class Jwk(AnswerModel):
    kty: Literal["EC"]
    crv: Literal["P-256"]
    x: str
    y: str
    use: Literal["sig"]
    alg: Literal["ES256"]
    kid: Annotated[str, Field(description="RFC 7638 thumbprint")]


class JwkSet(AnswerModel):
    keys: list[Jwk]


class CreatedUser(AnswerModel):
    id: str
    email: str
    message: str


class Account(AnswerModel):
    id: str
    email: str
    roles: Annotated[list[str], Field(max_length=MAX_ROLES, description="granted by operators")]


class User(Account):
    email_verified: Annotated[bool, Field(
        description="whether the owner of the address has shown that it is theirs")]


class TokenPair(AnswerModel):
    access_token: str
    refresh_token: str
    access_token_expires_in: Seconds
    refresh_token_expires_in: Seconds
    token_type: Annotated[Literal["Bearer", "DPoP"], Field(
        description="DPoP if the session is bound to a key (RFC 9449)")]


class SignedIn(TokenPair):
    device_token: Annotated[str, Field(description="for the next sign-in on this device")]


class AuthorizationCode(AnswerModel):
    code: Annotated[str, Field(description="for the application, which opens a session with it")]
    code_expires_in: Seconds


class ResetPassword(Message):
    device_token: Annotated[str, Field(description="for the sign-in that follows")]


class TimeLeft(AnswerModel):
    access_token_expires_in: Seconds


class SessionSeen(AnswerModel):
    id: str
    client_id: str
    created_at: Instant
    refreshed_at: Instant
    address: Annotated[str, Field(description="IP address at sign-in")]
    device: Annotated[str, Field(description="User-Agent at sign-in, cut to 100 bytes")]


class ListedSession(SessionSeen):
    current: bool


class SessionList(AnswerModel):
    sessions: list[ListedSession]


class Ended(Message):
    ended: Annotated[int, Field(ge=0, description="how many live sessions were ended")]


class NewTotp(AnswerModel):
    secret: Annotated[str, Field(description="base32, for an app into which it is typed")]
    otpauth_uri: Annotated[str, Field(description="what the client draws as a code for an app")]


class NewRecoveryCodes(AnswerModel):
    recovery_codes: Annotated[list[str], Field(
        min_length=COUNT, max_length=COUNT, description="shown this once; each works once")]


class ConfirmedTotp(AnswerModel):
    recovery_codes: Annotated[list[str], Field(
        max_length=COUNT, description="with the first factor, shown this once; each works once")]


class Passkey(AnswerModel):
    id: str
    kind: Literal["passkey"]
    created_at: Instant
    last_used_at: Instant | None
    name: str
    rp_id: Annotated[str, Field(description="the domain that it was made for")]
    backed_up: Annotated[bool, Field(description="whether it was copied off its device")]


class AddedPasskey(Passkey, ConfirmedTotp):
    pass


class PasskeyUser(SignedIn, NewRecoveryCodes):
    id: str
    passkey: Passkey


class RelyingParty(AnswerModel):
    id: str
    name: str


class PasskeyUserEntity(AnswerModel):
    id: Annotated[str, Field(description="base64url of the account's id")]
    name: str
    displayName: str


class Algorithm(AnswerModel):
    type: Literal["public-key"]
    alg: Annotated[int, Field(description="COSE")]


class Descriptor(AnswerModel):
    type: Literal["public-key"]
    id: str
    transports: list[str] | None = None


class AuthenticatorSelection(AnswerModel):
    residentKey: Literal["required"]
    requireResidentKey: Literal[True]
    userVerification: Literal["required"]


class CreationOptions(AnswerModel):
    rp: RelyingParty
    user: PasskeyUserEntity
    challenge: str
    timeout: Annotated[int, Field(description="milliseconds")]
    pubKeyCredParams: list[Algorithm]
    excludeCredentials: list[Descriptor]
    authenticatorSelection: AuthenticatorSelection
    attestation: Literal["none"]


class RequestOptions(AnswerModel):
    rpId: str
    challenge: str
    timeout: Annotated[int, Field(description="milliseconds")]
    userVerification: Literal["required"]
    allowCredentials: list[Descriptor]


class PasskeyCreation(AnswerModel):
    ticket: str
    ticket_expires_in: Seconds
    public_key: Annotated[CreationOptions, Field(
        description="PublicKeyCredentialCreationOptionsJSON, WebAuthn Level 3")]


class PasskeyRequest(AnswerModel):
    ticket: str
    ticket_expires_in: Seconds
    public_key: Annotated[RequestOptions, Field(
        description="PublicKeyCredentialRequestOptionsJSON, WebAuthn Level 3")]


class ListedFactor(AnswerModel):
    id: str
    kind: Literal["totp", "passkey", "recovery_codes"]
    created_at: Instant
    last_used_at: Instant | None
    name: Annotated[str, Field(description="of a passkey")] | None = None
    rp_id: Annotated[str, Field(description="of a passkey")] | None = None
    backed_up: Annotated[bool, Field(description="of a passkey")] | None = None
    left: Annotated[int, Field(ge=0, le=COUNT, description="of recovery codes")] | None = None


class FactorList(AnswerModel):
    factors: list[ListedFactor]


class ExportedSession(SessionSeen):
    generation: Annotated[int, Field(ge=0)]
    acknowledged_at: Instant | None
    ends_at: Instant
    auth_time: Instant
    amr: Annotated[list[str], Field(description="RFC 8176")]
    acr: Literal["aal1", "aal2"]


class ExportedAccount(Account):
    created_at: Instant


class ExportedPassword(AnswerModel):
    hash: Literal["bcrypt"]
    cost: int
    pepper_id: str
    version: Annotated[int, Field(ge=0, description="how often it was changed")]
    changed_at: Instant


class ExportedIdentity(AnswerModel):
    kind: Literal["email"]
    name: str
    email_verified: bool
    second_factor: bool
    password: ExportedPassword | None = None


class ExportedTally(AnswerModel):
    blocked_until: Instant
    expires_at: Instant


class ExportedAttempts(AnswerModel):
    sign_in: ExportedTally | None
    within_sessions: ExportedTally | None
    by_links: ExportedTally | None
    second_factor: ExportedTally | None
    codes_in_sessions: ExportedTally | None


class Export(AnswerModel):
    account: ExportedAccount
    identity: ExportedIdentity | None = None
    attempts: ExportedAttempts
    factors: list[ListedFactor]
    sessions: list[ExportedSession]


# What answers people with pages. openapi.yaml leaves it out, because programs that are made from it
# could do nothing with HTML.
FOR_BROWSERS = frozenset({"getPage"})
ANSWERS: dict[str, dict[int, type[AnswerModel]]] = {
    "ping": {200: Message},
    "getConfiguration": {200: Configuration},
    "getJwks": {200: JwkSet},
    "createUser": {201: CreatedUser, 202: Message},
    "getUser": {200: User},
    "createSession": {201: SignedIn},
    "getSession": {200: TimeLeft},
    "refreshSession": {200: TokenPair},
    "deleteSession": {200: Message},
    "reauthenticate": {200: TokenPair},
    "listFactors": {200: FactorList},
    "createTotp": {201: NewTotp},
    "confirmTotp": {200: ConfirmedTotp},
    "createRecoveryCodes": {201: NewRecoveryCodes},
    "deleteTotp": {200: Message},
    "beginPasskey": {200: PasskeyCreation},
    "createPasskey": {201: AddedPasskey},
    "renamePasskey": {200: Passkey},
    "deletePasskey": {200: Message},
    "beginPasskeySignIn": {200: PasskeyRequest},
    "createPasskeySession": {201: SignedIn},
    "createAuthorizationCode": {201: AuthorizationCode},
    "createCodeSession": {201: SignedIn},
    "reauthenticateByPasskey": {200: TokenPair},
    "beginPasskeySignUp": {200: PasskeyCreation},
    "createPasskeyUser": {201: PasskeyUser},
    "listSessions": {200: SessionList},
    "deleteSessions": {200: Ended},
    "deleteSessionById": {200: Message},
    "changePassword": {200: SignedIn},
    "changeEmail": {202: Message},
    "confirmEmail": {200: TokenPair},
    "requestPasswordReset": {202: Message},
    "resetPassword": {200: ResetPassword},
    "requestEmailVerification": {202: Message},
    "verifyEmail": {200: Message, 201: SignedIn},
    "deleteUser": {200: Message},
    "exportUser": {200: Export},
}
