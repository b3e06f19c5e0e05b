"""Where a deployed stage is, and whether there are credentials to reach it with.

Stage `local` is the emulator of a running `make run`; any other is in an AWS account.
"""

import argparse
import os
import sys

import botocore.session
from botocore.config import Config
from botocore.exceptions import (ClientError, ConnectionError, HTTPClientError,
                                 WaiterError)
from botocore.parsers import ResponseParserError

from scripts import serverless_yml
from scripts.checkout import Refused
from scripts.delivery import aws

LOCAL = "local"
CREDENTIALS_ADVICE = (
    "No AWS credentials found; set AWS_PROFILE (or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, "
    "and AWS_SESSION_TOKEN for a role) for the account of the stage.")


# Where the SDK looks for a region, the first one first.
VARIABLES = ("AWS_REGION", "AWS_DEFAULT_REGION")
# Who is asking is worth one try only: a network without a way to STS may be right for a stage.
ONCE = Config(connect_timeout=aws.CONNECT_SECONDS, read_timeout=10,
              retries={"mode": "standard", "total_max_attempts": 1})


def add_region(command: argparse.ArgumentParser) -> None:
    command.add_argument("--region", help="in place of what serverless.yml says of the stage")


def region(given: str | None, stage: str) -> str:
    """Return where a stage is: where `--region` says, else where serverless.yml does. What
    belongs to no stage (`stage` is empty) is where most stages are.

    Raises Refused for a stage that is not there, wherever it was said to be, and when the
    environment names another region: nobody may have typed that (EKS and Fargate set
    AWS_REGION), so that it neither moves a stage nor goes unnoticed.
    """
    parameters = serverless_yml.parameters(serverless_yml.load(), stage)
    written = str(parameters["region"])
    if given or stage == LOCAL:
        return given or written
    for variable in VARIABLES:
        named = os.environ.get(variable) or written
        if named != written:
            raise Refused(
                f"{variable} is {named}, and serverless.yml has "
                f"{f'stage {stage}' if stage else 'what belongs to no stage'} in {written}. Unset "
                f"{variable} or set it to {written}; to work in {named} all the same, say "
                f"REGION={named} after `make`, or `--region {named}`.")
    return written


def announce(stage: str, region: str) -> None:
    """Print what is worked on, to stderr, because some commands write data to stdout."""
    where = f"Stage {stage}, region {region}" if stage else f"Region {region}"
    try:
        account = aws.client("sts", region, ONCE).get_caller_identity().get("Account")
    except aws.FAILURES as failure:
        print(f"{where}; which account this is was not said ({reason(failure)}).",
              file=sys.stderr, flush=True)
    else:
        print(f"{where}, account {account}.", file=sys.stderr, flush=True)


def require_credentials() -> None:
    if botocore.session.get_session().get_credentials() is None:
        raise Refused(CREDENTIALS_ADVICE)


def reason(failure: Exception) -> str:
    """Return what a program says when a call of AWS has failed, with one of `aws.FAILURES`."""
    if isinstance(failure, ResponseParserError):
        return ("What answers there is not AWS; look at AWS_ENDPOINT_URL and at the proxy of the "
                f"environment, if there is one ({failure})")
    if isinstance(failure, ClientError | WaiterError):
        return f"AWS refused: {failure}"
    if isinstance(failure, ConnectionError | HTTPClientError):
        return f"AWS was not reached: {failure}"
    return f"AWS was not asked: {failure}"
