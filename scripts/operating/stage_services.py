"""The services of a stage for its operators: the composition root of the functions, built from
the outputs of the stage's stack instead of a function's environment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from scripts.checkout import Refused
from scripts.serverless_yml import SERVICE
from shared.settings import Settings
from shared.wiring.services import Services

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_secretsmanager import SecretsManagerClient

# The settings that an operator needs, each with the output of the stack that has it.
OUTPUTS = {
    "token_issuer": "BaseUrl", "users_table": "UsersTableName",
    "identities_table": "IdentitiesTableName", "sessions_table": "SessionsTableName",
    "attempts_table": "AttemptsTableName", "factors_table": "FactorsTableName",
    "clients_table": "ClientsTableName",
    "signing_secret_id": "SigningSecretArn", "pepper_secret_id": "PepperSecretArn"}
IDLE_SECONDS = "SessionIdleSeconds"


class StageServices(Services):
    """`client` returns an AWS client of the stage's account, by the service's name. A setting
    that no output has keeps its default, because an operator opens no sessions, hashes no
    passwords and has no mail sent."""

    def __init__(self, stage: str, outputs: Mapping[str, str], client: Callable[[str], Any]
                 ) -> None:
        super().__init__(_settings(stage, outputs))
        self._client = client

    @cached_property
    def dynamodb(self) -> DynamoDBClient:
        client: DynamoDBClient = self._client("dynamodb")
        return client

    @cached_property
    def secrets_manager(self) -> SecretsManagerClient:
        client: SecretsManagerClient = self._client("secretsmanager")
        return client


def _settings(stage: str, outputs: Mapping[str, str]) -> Settings:
    """Return the settings, or raise Refused when the stack is too old to have them as outputs."""
    missing = sorted({*OUTPUTS.values(), IDLE_SECONDS} - outputs.keys())
    if missing:
        raise Refused(f"The stack of stage {stage} has no output {', '.join(missing)}; "
                      f"`make deploy STAGE={stage}` adds what is missing.")
    chosen: dict[str, Any] = {name: outputs[output] for name, output in OUTPUTS.items()}
    return Settings(stage=stage, service_name=SERVICE, mail_function="",
                    authorizer_cache_seconds=0,
                    session_idle_seconds=int(outputs[IDLE_SECONDS]), **chosen)
