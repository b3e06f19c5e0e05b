"""The services of a stage for its operators: the composition root of the functions, built from
the outputs of the stage's stack instead of a function's environment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from scripts.checkout import Refused
from scripts.operating.operator_log import OperatorLog
from scripts.serverless_yml import SERVICE
from shared.settings import Settings
from shared.wiring.services import Services

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_secretsmanager import SecretsManagerClient

    from shared.mail.errands import ErrandQueue

# The settings that an operator needs, each with the output of the stack that has it.
OUTPUTS = {
    "token_issuer": "BaseUrl", "users_table": "UsersTableName",
    "identities_table": "IdentitiesTableName", "sessions_table": "SessionsTableName",
    "attempts_table": "AttemptsTableName", "factors_table": "FactorsTableName",
    "clients_table": "ClientsTableName",
    "signing_secret_id": "SigningSecretArn", "pepper_secret_id": "PepperSecretArn"}
IDLE_SECONDS, OPERATOR_LOG = "SessionIdleSeconds", "OperatorLogName"
MAIL_FUNCTION = "MailFunctionName"


class StageServices(Services):
    """`client` returns an AWS client of the stage's account, by the service's name. A setting
    that no output has keeps its default, because an operator opens no sessions and hashes no
    passwords."""

    def __init__(self, stage: str, outputs: Mapping[str, str], client: Callable[[str], Any]
                 ) -> None:
        super().__init__(_settings(stage, outputs))
        self._outputs, self._client = outputs, client

    @cached_property
    def dynamodb(self) -> DynamoDBClient:
        client: DynamoDBClient = self._client("dynamodb")
        return client

    @cached_property
    def secrets_manager(self) -> SecretsManagerClient:
        client: SecretsManagerClient = self._client("secretsmanager")
        return client

    @cached_property
    def errand_queue(self) -> ErrandQueue | None:
        """Only the stack of a stage that sends mail names the function that does."""
        function = self._outputs.get(MAIL_FUNCTION)
        if function is None:
            return None
        from shared.stores.errands import LambdaErrandQueue
        return LambdaErrandQueue(self._client("lambda"), function)

    @cached_property
    def logs(self) -> Any:
        return self._client("logs")

    @property
    def operator_log_group(self) -> str:
        _require(self.settings.stage, self._outputs, {OPERATOR_LOG})
        return self._outputs[OPERATOR_LOG]

    @cached_property
    def operator_log(self) -> OperatorLog:
        return OperatorLog(self.logs, self.operator_log_group, self.settings.stage, self._caller)

    def _caller(self) -> str:
        """Return the ARN of whoever runs the command, as AWS knows them."""
        return str(self._client("sts").get_caller_identity()["Arn"])


def _settings(stage: str, outputs: Mapping[str, str]) -> Settings:
    _require(stage, outputs, {*OUTPUTS.values(), IDLE_SECONDS})
    chosen: dict[str, Any] = {name: outputs[output] for name, output in OUTPUTS.items()}
    return Settings(stage=stage, service_name=SERVICE, mail_function="",
                    authorizer_cache_seconds=0,
                    session_idle_seconds=int(outputs[IDLE_SECONDS]), **chosen)


def _require(stage: str, outputs: Mapping[str, str], names: set[str]) -> None:
    """Raise Refused when the stack is too old to have these outputs."""
    if missing := sorted(names - outputs.keys()):
        raise Refused(f"The stack of stage {stage} has no output {', '.join(missing)}; "
                      f"`make deploy STAGE={stage}` adds what is missing.")
