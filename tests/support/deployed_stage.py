"""A stage in AWS, as the operators' tool finds it: clients, and the outputs of its stack."""

from typing import Any

from tests.support.cloud import Cloud

OUTPUTS = {
    "BaseUrl": "https://issuer.example.org/test", "UsersTableName": "users",
    "IdentitiesTableName": "identities", "SessionsTableName": "sessions",
    "AttemptsTableName": "attempts", "FactorsTableName": "factors",
    "ClientsTableName": "clients",
    "SigningSecretArn": "signing-secret", "PepperSecretArn": "pepper-secret",
    "SessionIdleSeconds": "300"}


class DeployedStage:
    """A stage over moto, with these outputs of its stack."""

    name = "test"

    def __init__(self, cloud: Cloud, outputs: dict[str, str]) -> None:
        self._clients = {"dynamodb": cloud.dynamodb, "secretsmanager": cloud.secrets_manager}
        self._outputs = outputs

    def outputs(self) -> dict[str, str]:
        return self._outputs

    def client(self, service: str) -> Any:
        return self._clients[service]
