"""Secrets Manager: the versions of a secret by their staging label."""

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from shared.stores.failures import translated

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient


class SecretVersions:
    def __init__(self, client: "SecretsManagerClient", secret_id: str) -> None:
        self._client, self._secret_id = client, secret_id

    def fetch(self, label: str) -> str | None:
        """Return the version that carries `label`, or None if none does. Raises Unavailable."""
        try:
            with translated():
                answer = self._client.get_secret_value(SecretId=self._secret_id,
                                                       VersionStage=label)
        except ClientError as error:
            if error.response["Error"]["Code"] == "ResourceNotFoundException":
                return None
            raise
        return answer["SecretString"]
