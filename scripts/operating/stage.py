"""The stage that an operator works on: AWS clients of its account, and its stack's outputs."""

import argparse
from pathlib import Path
from typing import Any

from botocore.config import Config
from botocore.exceptions import ClientError

from scripts.checkout import Refused
from scripts.delivery import aws
from scripts.deployed_stage import LOCAL, announce, region, require_credentials
from scripts.local.emulator import LOCAL_FOLDER, Emulator, running_port
from scripts.local.stack import LocalStack
from scripts.operating.stage_services import StageServices
from scripts.serverless_yml import SERVICE

# An import of many people may be throttled for a while, and so may who reads many logs.
PATIENT = Config(connect_timeout=aws.CONNECT_SECONDS,
                 retries={"mode": "standard", "total_max_attempts": 10})


class Stage:
    """Raises Refused when it cannot be reached."""

    def __init__(self, name: str, region: str, local_folder: Path = LOCAL_FOLDER) -> None:
        self.name, self._region = name, region
        self.emulator = _running_emulator(local_folder) if name == LOCAL else None
        if self.emulator is None:
            require_credentials()
            announce(name, region)

    def client(self, service: str) -> Any:
        if self.emulator:
            return self.emulator.client(service)
        return aws.client(service, self._region,
                          PATIENT if service in ("dynamodb", "logs") else aws.CONFIG)

    def outputs(self) -> dict[str, str]:
        if self.emulator:
            return LocalStack(self.emulator).outputs()
        stack = f"{SERVICE}-{self.name}"
        try:
            found = self.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]
        except ClientError as error:
            if error.response["Error"]["Code"] != "ValidationError":
                raise
            raise Refused(f"There is no stack {stack} in {self._region} of this account; "
                          f"`make deploy STAGE={self.name} REGION={self._region}` makes it."
                          ) from error
        return {output["OutputKey"]: output["OutputValue"] for output in found["Outputs"]}


def stage_of(arguments: argparse.Namespace) -> Stage:
    """Return the stage that a command names."""
    return Stage(arguments.stage, region(arguments.region, arguments.stage),
                 arguments.local_folder)


def services_of(arguments: argparse.Namespace) -> StageServices:
    """Return the services of the stage that a command names."""
    stage = stage_of(arguments)
    return StageServices(stage.name, stage.outputs(), stage.client)


def _running_emulator(folder: Path) -> Emulator:
    port = running_port(folder)
    if port is None:
        raise Refused("Stage local is not up; start it with `make run` in another terminal "
                      "and leave it running.")
    return Emulator(folder, port)
