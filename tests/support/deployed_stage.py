"""A stage in AWS, as the operators' tool finds it: clients, and the outputs of its stack."""

import json
from functools import cache
from typing import Any

from scripts.delivery import aws
from tests.support.cloud import Cloud

OPERATOR_LOG = "/aws/operators/session-api-test"
OUTPUTS = {
    "BaseUrl": "https://issuer.example.org/test", "UsersTableName": "users",
    "IdentitiesTableName": "identities", "SessionsTableName": "sessions",
    "AttemptsTableName": "attempts", "FactorsTableName": "factors",
    "ClientsTableName": "clients",
    "SigningSecretArn": "signing-secret", "PepperSecretArn": "pepper-secret",
    "SessionIdleSeconds": "300", "OperatorLogName": OPERATOR_LOG}


class DeployedStage:
    """A stage over moto, with these outputs of its stack."""

    name = "test"

    def __init__(self, cloud: Cloud, outputs: dict[str, str]) -> None:
        self.clients: dict[str, Any] = {"dynamodb": cloud.dynamodb,
                                        "secretsmanager": cloud.secrets_manager}
        self._outputs = outputs
        self.client("logs").create_log_group(logGroupName=OPERATOR_LOG)

    def outputs(self) -> dict[str, str]:
        return self._outputs

    def client(self, service: str) -> Any:
        return self.clients.get(service) or _client(service)

    def operator_lines(self) -> list[dict[str, Any]]:
        """Return the lines of the operators' log, without their times."""
        logs = self.client("logs")
        lines = [json.loads(event["message"])
                 for event in logs.filter_log_events(logGroupName=OPERATOR_LOG)["events"]]
        for line in lines:
            del line["timestamp"]
        return lines


@cache
def _client(service: str) -> Any:
    """It costs 100 ms, so that all tests of this process share it."""
    return aws.client(service, "us-west-2")
