"""Where a deployed stage is, and whether there are credentials to reach it with.

Stage `local` is the emulator of a running `make run`; any other is in an AWS account.
"""

import argparse
import os

import botocore.session
from botocore.exceptions import (BotoCoreError, ClientError, ConnectionError,
                                 HTTPClientError, WaiterError)

from scripts import serverless_yml
from scripts.checkout import Refused

LOCAL = "local"
CREDENTIALS_ADVICE = (
    "No AWS credentials found; set AWS_PROFILE (or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, "
    "and AWS_SESSION_TOKEN for a role) for the account of the stage.")


def add_region(command: argparse.ArgumentParser) -> None:
    command.add_argument("--region", default=os.environ.get("AWS_REGION"),
                         help="default AWS_REGION, else what serverless.yml says of the stage")


def region(said: str | None, stage: str) -> str:
    """Return where a stage is: where `--region` says, else where serverless.yml does. What
    belongs to no stage (`stage` is empty) is where most stages are. Raises Refused for a
    stage that is not there, wherever it was said to be."""
    parameters = serverless_yml.parameters(serverless_yml.load(), stage)
    return said or str(parameters["region"])


def require_credentials() -> None:
    if botocore.session.get_session().get_credentials() is None:
        raise Refused(CREDENTIALS_ADVICE)


def reason(failure: BotoCoreError | ClientError) -> str:
    """Return what a program says when a call of AWS has failed."""
    if isinstance(failure, ClientError | WaiterError):
        return f"AWS refused: {failure}"
    if isinstance(failure, ConnectionError | HTTPClientError):
        return f"AWS was not reached: {failure}"
    return f"AWS was not asked: {failure}"
