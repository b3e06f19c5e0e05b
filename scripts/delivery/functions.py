"""A function of a deployed stage: its versions, and the aliases `live`, which has its traffic, and
`checked`, which is the version that last passed its smoke check there."""

import base64
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from botocore.config import Config
from botocore.exceptions import ClientError

from scripts.checkout import Refused
from scripts.delivery import aws
from scripts.delivery.kept_zip import KeptZip
from scripts.delivery.patience import BUSY, PATIENCE_SECONDS, THROTTLED, patiently
from scripts.serverless_yml import SERVICE

ALIAS, CHECKED = "live", "checked"
LATEST = "$LATEST"
UPDATE_SECONDS = 300
# A version that an alias of somebody else's points at cannot be deleted at all.
DELETE_SECONDS = 20
# A function may run for 29 s; an invocation whose answer is lost must not be sent twice.
INVOCATION = Config(connect_timeout=aws.CONNECT_SECONDS, read_timeout=60,
                    retries={"mode": "standard", "total_max_attempts": 1})
INVOCATION_SECONDS = 120
# What Lambda says of a version that it is still making ready, or that was idle for weeks.
NOT_READY = ("SnapStartNotReadyException", "ResourceNotReadyException", "ENINotReadyException",
             "ResourceConflictException")


class NotThere(Refused):
    """The stage has no such function."""


class NotReady(Refused):
    """The version cannot be invoked yet; being asked has woken it if it was Inactive."""


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
        return aws.client("lambda", self._region)

    @cached_property
    def invoker(self) -> Any:
        return aws.client("lambda", self._region, INVOCATION)

    def _ask(self, operation: str, *, seconds: float = PATIENCE_SECONDS, **parameters: Any) -> Any:
        return patiently(
            lambda: getattr(self.client, operation)(FunctionName=self.full_name, **parameters),
            self.full_name, BUSY, seconds)

    def live(self) -> Version:
        """Return the version that has the traffic; its number may be $LATEST. Raises NotThere."""
        return self.version(self._alias()["FunctionVersion"])

    def checked(self) -> Version | None:
        """Return the version that last passed its smoke check, None if none has yet."""
        try:
            return self.version(self._ask("get_alias", Name=CHECKED)["FunctionVersion"])
        except self.client.exceptions.ResourceNotFoundException:
            return None

    def mark_checked(self, version: Version) -> None:
        """Note that this version has passed its smoke check, or that a person vouches for it."""
        alias: dict[str, Any] = {"Name": CHECKED, "FunctionVersion": version.number}
        try:
            self._ask("update_alias", **alias)
        except self.client.exceptions.ResourceNotFoundException:
            self._ask("create_alias", **alias)

    def _alias(self) -> Any:
        try:
            return self._ask("get_alias", Name=ALIAS)
        except self.client.exceptions.ResourceNotFoundException:
            raise NotThere(f"{self.full_name} is not there; a function comes into being when the "
                           f"whole service is deployed: `make deploy STAGE={self.stage}`."
                           ) from None

    def version(self, number: str) -> Version:
        found = self.settings(number)
        return Version(number, base64.b64decode(found["CodeSha256"]).hex())

    def settings(self, number: str) -> Any:
        """Return what Lambda says of a version: its State, LastUpdateStatus, Environment, ..."""
        return self._ask("get_function_configuration", Qualifier=number)

    def is_changing(self) -> bool:
        """Whether a change of $LATEST is in progress."""
        try:
            seen = self.settings(LATEST)
        except self.client.exceptions.ResourceNotFoundException:
            return False
        return bool(seen.get("LastUpdateStatus") == "InProgress" or seen.get("State") == "Pending")

    def versions(self) -> list[int]:
        """Return the published versions, oldest first."""
        pages = self.client.get_paginator("list_versions_by_function").paginate(
            FunctionName=self.full_name)
        found = patiently(lambda: [version for page in pages for version in page["Versions"]],
                          self.full_name, BUSY)
        return sorted(int(version["Version"]) for version in found
                      if version["Version"] != LATEST)

    def update(self, kept: KeptZip) -> None:
        """Make $LATEST, which has no traffic, run the zip."""
        if self.version(LATEST).sha256 != kept.sha256:
            self._ask("update_function_code", ZipFile=kept.path.read_bytes())
            self.client.get_waiter("function_updated_v2").wait(
                FunctionName=self.full_name, WaiterConfig=aws.waiting(UPDATE_SECONDS))

    def publish(self, code_sha256: str | None = None) -> Version:
        """Publish $LATEST, on condition that it runs this code. If nothing has changed since the
        newest version, that one is returned. With SnapStart, the version may still be
        starting."""
        condition: dict[str, Any] = {"CodeSha256": code_sha256} if code_sha256 else {}
        return self.version(self._ask("publish_version", **condition)["Version"])

    def invoke(self, qualifier: str, event: object) -> tuple[Any, bool]:
        """Return what a version (or an alias) answers, and whether it failed. Raises NotReady."""
        try:
            answer = patiently(
                lambda: self.invoker.invoke(FunctionName=self.full_name, Qualifier=qualifier,
                                            Payload=json.dumps(event).encode()),
                self.full_name, THROTTLED, INVOCATION_SECONDS)
        except ClientError as error:
            if error.response["Error"]["Code"] not in NOT_READY:
                raise
            raise NotReady(f"{self.full_name}:{qualifier} is not ready yet: {error}") from error
        return json.loads(answer["Payload"].read() or "null"), "FunctionError" in answer

    def move(self, version: Version, away_from: str) -> None:
        """Move the traffic; refuse if something else has moved it meanwhile."""
        alias = self._alias()
        if alias["FunctionVersion"] != away_from:
            raise Refused(f"{self.full_name} was moved to version {alias['FunctionVersion']} by "
                          "another deployment meanwhile; start again.")
        self._ask("update_alias", Name=ALIAS, FunctionVersion=version.number,
                  RevisionId=alias["RevisionId"])

    def delete(self, numbers: Iterable[int | str]) -> None:
        for number in numbers:
            self._ask("delete_function", seconds=DELETE_SECONDS, Qualifier=str(number))
