"""A stage in the store: its tables, and people and sessions as the service itself would have
put them there, only older where a scenario needs that.
"""

import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import botocore.session
from botocore.config import Config

from benchmarks.cloud import RestOfAws
from scripts.local.clients import REGION, ROOT_CREDENTIALS
from shared.accounts.passkey_enrolment import made_passkey
from shared.callers import SentPasskey
from shared.clients import Client
from shared.gateway.passkey_bodies import flat
from shared.identities import EMAIL_ADDRESS, Account, Identity
from shared.sessions.state import BY_PASSWORD, Session
from shared.sessions.token_pairs import IssuedTokens, issue
from shared.settings import from_environment
from shared.stores.clients import DynamoClientStore
from shared.wiring.services import Services, wall_clock
from tests.support import tables
from tests.support.authenticator import ORIGIN, RP_ID, Device

CLIENT_ID = "web-app"
PASSWORD = "notes on the analytical engine, 1843"
SETTINGS = {
    # Stage local may use bcrypt's least cost; what cost 12 takes is measured by itself.
    "STAGE": "local", "BCRYPT_COST": "4", "SERVICE_NAME": "session-api",
    "TOKEN_ISSUER": "https://a1b2c3d4e5.execute-api.us-west-2.amazonaws.com/local",
    "USERS_TABLE": "users", "IDENTITIES_TABLE": "identities", "SESSIONS_TABLE": "sessions",
    "ATTEMPTS_TABLE": "attempts", "FACTORS_TABLE": "factors", "CLIENTS_TABLE": "clients",
    "ALLOWED_ORIGINS": "*",
    "SIGNING_SECRET_ID": "signing-secret", "PEPPER_SECRET_ID": "pepper-secret",
    # All requests come from one address.
    "SOURCE_FAILURES": "100000", "SOURCE_SIGN_UPS": "100000",
    "MAILS_PER_SOURCE": "100000", "MAILS_PER_HOUR": "100000", "MAIL_FUNCTION": "sendMail:live",
    "AUTHORIZER_CACHE_SECONDS": "0",
    "PASSKEY_RP_ID": RP_ID, "PASSKEY_ORIGINS": ORIGIN,
    "MAIL_SENDER": "accounts@example.org", "MAIL_LINK_URL": "https://app.example.org"}


@dataclass(frozen=True, slots=True)
class AccountHolder:
    """Someone with an account; `email` is the address of `identity`."""

    account: Account
    identity: Identity


class MeasuredStage:
    """The tables in the store at `store`, and the services that fill them."""

    def __init__(self, store: str, cloud: RestOfAws) -> None:
        self._store, self._cloud = store, cloud
        self.services = Services(from_environment(SETTINGS), wall_clock)
        self.services.dynamodb = _client("dynamodb", store)
        self.services.secrets_manager = _client("secretsmanager", cloud.address)
        self._password = self.services.passwords.hash(PASSWORD)

    def environment(self, store: str | None = None) -> dict[str, str]:
        """Return what a function's process is told; `store` overrides the store's address."""
        return SETTINGS | ROOT_CREDENTIALS | {
            "AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION,
            "AWS_ENDPOINT_URL_DYNAMODB": store or self._store,
            "AWS_ENDPOINT_URL_SECRETS_MANAGER": self._cloud.address,
            "AWS_ENDPOINT_URL_LAMBDA": self._cloud.address,
            "AWS_ENDPOINT_URL_SESV2": self._cloud.address}

    def build(self) -> None:
        """Make the tables as serverless.yml describes them, and register the client."""
        tables.create(self.services.dynamodb)
        clients = DynamoClientStore(self.services._table("clients"))
        clients.add(Client(CLIENT_ID, "Web app", True, wall_clock()))

    def person(self) -> AccountHolder:
        """Return someone new, whose password is PASSWORD."""
        user_id = str(uuid.uuid4())
        account = Account(user_id, f"{user_id}@example.org", wall_clock())
        identity = Identity(EMAIL_ADDRESS, account.email, user_id, self._password,
                            account.created_at)
        self.services.identity_store.create(account, identity)
        return AccountHolder(account, identity)

    def device(self, person: AccountHolder) -> Device:
        """Return a device on which this person has made a passkey."""
        services, device, user_id = self.services, Device(), person.account.user_id
        options = services.passkey_options.to_add(person.identity, "", CLIENT_ID)
        made = made_passkey(services.relying_party, user_id, SentPasskey(
            options.ticket, flat(device.make(options.public_key)), "phone", ()), wall_clock())
        services.factor_store.add_passkey(made, None, person.identity)
        return device

    def session(self, user_id: str, age_seconds: int = 0, acknowledged: bool = True
                ) -> tuple[Session, IssuedTokens]:
        """Return a session that was opened `age_seconds` ago and, if acknowledged, used then."""
        opened_at = wall_clock() - age_seconds
        session = Session(
            user_id, str(uuid.uuid4()), CLIENT_ID, 0, opened_at, opened_at,
            opened_at + self.services.settings.session_absolute_seconds,
            auth_time=opened_at, proven=BY_PASSWORD, address="203.0.113.7", device="curl/8.10.1")
        self.services.session_store.put(session, self.services.lifetimes)
        if acknowledged:
            self.services.session_store.acknowledge(session, opened_at)
        return session, issue(session, self.services.tokens, self.services.lifetimes, opened_at)

    def warm_up(self, seconds: float) -> None:
        """Keep the store busy until its engine has compiled what the functions will use."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            session, _ = self.session(self.person().account.user_id)
            self.services.session_store.every(session.user_id)
            self.services.session_store.delete(session.user_id, session.session_id)


def principal(session: Session, issued: IssuedTokens) -> Mapping[str, str | int]:
    """Return what the authorizer would vouch for."""
    return {"client_id": session.client_id, "user_id": session.user_id,
            "session_id": session.session_id,
            "access_expires_at": wall_clock() + issued.access_token_expires_in}


def _client(service: str, address: str) -> Any:
    return botocore.session.get_session().create_client(
        service, endpoint_url=address, region_name=REGION, config=Config(read_timeout=30),
        **{name.lower(): key for name, key in ROOT_CREDENTIALS.items()})
