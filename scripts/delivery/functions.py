"""A function of a deployed stage: its versions, and the alias that has its traffic."""

import base64
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from botocore.config import Config

from scripts.checkout import Refused
from scripts.delivery import aws
from scripts.delivery.kept_zip import KeptZip
from scripts.serverless_yml import SERVICE

ALIAS = "live"
LATEST = "$LATEST"
UPDATE_SECONDS = 300
# Lambda takes 15 such requests a second from an account ("Lambda quotas"), and a deployment
# of all functions makes more.
CONTROL = Config(connect_timeout=aws.CONNECT_SECONDS,
                 retries={"mode": "standard", "total_max_attempts": 4})
# A function may run for 29 s; an invocation must not be sent twice.
INVOCATION = Config(connect_timeout=aws.CONNECT_SECONDS, read_timeout=60,
                    retries={"mode": "standard", "total_max_attempts": 1})


@dataclass(frozen=True, slots=True)
class Version:
    """`number` is Lambda's, as text; `sha256`, in hexadecimal, is of the zip it runs."""

    number: str
    sha256: str


class Function:
    """Function `name`, say createSession, of `stage`."""

    def __init__(self, name: str, stage: str, region: str) -> None:
        self.name, self.stage, self._region = name, stage, region
        self.full_name = f"{SERVICE}-{stage}-{name}"

    @cached_property
    def client(self) -> Any:
        return aws.client("lambda", self._region, CONTROL)

    @cached_property
    def invoker(self) -> Any:
        return aws.client("lambda", self._region, INVOCATION)

    def live(self) -> Version:
        """Return the version that has the traffic; its number may be $LATEST."""
        return self.version(self._alias()["FunctionVersion"])

    def _alias(self) -> Any:
        try:
            return self.client.get_alias(FunctionName=self.full_name, Name=ALIAS)
        except self.client.exceptions.ResourceNotFoundException:
            raise Refused(f"{self.full_name} is not there; a function comes into being when the "
                          f"whole service is deployed: `make deploy STAGE={self.stage}`.") from None

    def version(self, number: str) -> Version:
        found = self.client.get_function_configuration(FunctionName=self.full_name,
                                                       Qualifier=number)
        return Version(number, base64.b64decode(found["CodeSha256"]).hex())

    def versions(self) -> list[int]:
        """Return the published versions, oldest first."""
        pages = self.client.get_paginator("list_versions_by_function").paginate(
            FunctionName=self.full_name)
        return sorted(int(found["Version"]) for page in pages for found in page["Versions"]
                      if found["Version"] != LATEST)

    def update(self, kept: KeptZip) -> None:
        """Make $LATEST, which has no traffic, run the zip."""
        if self.version(LATEST).sha256 != kept.sha256:
            self.client.update_function_code(FunctionName=self.full_name,
                                             ZipFile=kept.path.read_bytes())
            self.client.get_waiter("function_updated_v2").wait(
                FunctionName=self.full_name, WaiterConfig=aws.waiting(UPDATE_SECONDS))

    def publish(self, code_sha256: str | None = None) -> Version:
        """Publish $LATEST, on condition that it runs this code. If nothing has changed since the
        newest version, that one is returned. With SnapStart, the version may still be
        starting."""
        condition = {"CodeSha256": code_sha256} if code_sha256 else {}
        published = self.client.publish_version(FunctionName=self.full_name, **condition)
        return self.version(published["Version"])

    def invoke(self, version: Version, event: object) -> tuple[Any, bool]:
        """Return what the version answers, and whether it failed."""
        answer = self.invoker.invoke(
            FunctionName=self.full_name, Qualifier=version.number,
            Payload=json.dumps(event).encode())
        return json.loads(answer["Payload"].read() or "null"), "FunctionError" in answer

    def move(self, version: Version, away_from: str) -> None:
        """Move the traffic; refuse if something else has moved it meanwhile."""
        alias = self._alias()
        if alias["FunctionVersion"] != away_from:
            raise Refused(f"{self.full_name} was moved to version {alias['FunctionVersion']} by "
                          "another deployment meanwhile; start again.")
        self.client.update_alias(FunctionName=self.full_name, Name=ALIAS,
                                 FunctionVersion=version.number, RevisionId=alias["RevisionId"])

    def delete(self, numbers: Iterable[int | str]) -> None:
        for number in numbers:
            self.client.delete_function(FunctionName=self.full_name, Qualifier=str(number))
