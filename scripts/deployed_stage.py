"""Where a deployed stage is, and whether there are credentials to reach it with.

Stage `local` is the emulator of a running `make run`; any other is in an AWS account.
"""

import argparse
import os

import botocore.session

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
    """Return the region of a stage: the one of `--region`, else the one in serverless.yml. What
    belongs to no stage (`stage` is empty) is in the region of most stages."""
    return said or str(serverless_yml.parameters(serverless_yml.load(), stage)["region"])


def require_credentials() -> None:
    if botocore.session.get_session().get_credentials() is None:
        raise Refused(CREDENTIALS_ADVICE)
