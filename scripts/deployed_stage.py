"""A deployed stage: its region, AWS clients of its account, and what its stack put out.

Stage `local` is the emulator of a running `make run`; any other is an AWS account's.
"""

import argparse
import os
from pathlib import Path
from typing import Any

import botocore.session
from botocore.exceptions import ClientError

from scripts import serverless_yml
from scripts.distributions import ROOT
from scripts.emulator import CannotRun, Emulator, running_port
from scripts.local_stack import SERVICE, LocalStack

LOCAL = "local"
LOCAL_FOLDER = ROOT / ".local" / "run"
CREDENTIALS_ADVICE = (
    "No AWS credentials found; set AWS_PROFILE (or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, "
    "and AWS_SESSION_TOKEN for a role) for the account of the stage.")


def add_region(command: argparse.ArgumentParser) -> None:
    command.add_argument("--region", default=os.environ.get("AWS_REGION"),
                         help="default AWS_REGION, else what serverless.yml says of the stage")


def region(said: str | None, stage: str) -> str:
    """Return where a stage is: where `--region` says, else where serverless.yml does. What
    belongs to no stage (`stage` is empty) is where most stages are."""
    return said or str(serverless_yml.parameters(serverless_yml.load(), stage)["region"])


class Stage:
    """Raises CannotRun when it cannot be reached."""

    def __init__(self, name: str, region: str, local_folder: Path = LOCAL_FOLDER) -> None:
        self.name, self._region = name, region
        self.emulator = _running_emulator(local_folder) if name == LOCAL else None
        if self.emulator is None:
            require_credentials()

    def client(self, service: str) -> Any:
        if self.emulator:
            return self.emulator.client(service)
        session = botocore.session.get_session()
        return session.create_client(service, region_name=self._region)

    def outputs(self) -> dict[str, str]:
        if self.emulator:
            return LocalStack(self.emulator).outputs()
        stack = f"{SERVICE}-{self.name}"
        try:
            found = self.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]
        except ClientError as error:
            if error.response["Error"]["Code"] != "ValidationError":
                raise
            raise CannotRun(f"There is no stack {stack} in {self._region} of this account; "
                            f"`make deploy STAGE={self.name}` makes it.") from error
        return {output["OutputKey"]: output["OutputValue"] for output in found["Outputs"]}


def _running_emulator(folder: Path) -> Emulator:
    port = running_port(folder)
    if port is None:
        raise CannotRun("Stage local is not up; start it with `make run` in another terminal "
                        "and leave it running.")
    return Emulator(folder, port)


def require_credentials() -> None:
    if botocore.session.get_session().get_credentials() is None:
        raise CannotRun(CREDENTIALS_ADVICE)
