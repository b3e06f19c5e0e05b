"""The operators' tool: client applications, the signing key, deployments. See --help.

It finds a stage's tables and secrets by the outputs of the stage's CloudFormation stack.
Stage `local` is the emulator of a running `make run`; any other is an AWS account's.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import botocore.session
from botocore.exceptions import BotoCoreError, ClientError

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts import package, rotation
from scripts.distributions import AWS, ROOT, Site
from scripts.emulator import CannotRun, Emulator, running_port
from scripts.local_stack import OSLS, SERVICE, LocalStack
from shared.clients import CLIENT_ID, Client
from shared.stores.clients import DynamoClientStore
from shared.stores.table import Table

LOCAL = "local"
LOCAL_FOLDER = ROOT / ".local" / "run"
MAX_NAME_CHARACTERS = 100
CREDENTIALS_ADVICE = (
    "No AWS credentials found; set AWS_PROFILE (or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, "
    "and AWS_SESSION_TOKEN for a role) for the account of the stage.")


class Stage:
    """A deployed stage: AWS clients of its account, and its stack's outputs."""

    def __init__(self, name: str, region: str) -> None:
        self.name, self._region = name, region
        self._emulator: Emulator | None = None
        if name == LOCAL:
            port = running_port(LOCAL_FOLDER)
            if port is None:
                raise CannotRun("Stage local is not up; start it with `make run` in another "
                                "terminal and leave it running.")
            self._emulator = Emulator(LOCAL_FOLDER, port)
        else:
            require_credentials()

    def client(self, service: str) -> Any:
        if self._emulator:
            return self._emulator.client(service)
        session = botocore.session.get_session()
        return session.create_client(service, region_name=self._region)

    def outputs(self) -> dict[str, str]:
        if self._emulator:
            return LocalStack(self._emulator).outputs()
        stack = f"{SERVICE}-{self.name}"
        try:
            found = self.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]
        except ClientError as error:
            if error.response["Error"]["Code"] != "ValidationError":
                raise
            raise CannotRun(f"There is no stack {stack} in {self._region} of this account; "
                            f"`make deploy STAGE={self.name}` makes it.") from error
        return {output["OutputKey"]: output["OutputValue"] for output in found["Outputs"]}


def require_credentials() -> None:
    if botocore.session.get_session().get_credentials() is None:
        raise CannotRun(CREDENTIALS_ADVICE)


def client_store(dynamodb: Any, outputs: Mapping[str, str]) -> DynamoClientStore:
    return DynamoClientStore(Table(dynamodb, outputs["ClientsTableName"]))


def ensure_client(dynamodb: Any, outputs: Mapping[str, str], client_id: str) -> None:
    """Register a client, named after its id, unless it is there."""
    client_store(dynamodb, outputs).add(Client(client_id, client_id, True, int(time.time())))


def add_client(arguments: argparse.Namespace) -> None:
    if not CLIENT_ID.fullmatch(arguments.id):
        raise CannotRun("A client id is 1 to 64 letters, digits, dots, dashes and underscores, "
                        "and begins with a letter or digit.")
    name = arguments.name or arguments.id
    if not (name.isprintable() and len(name) <= MAX_NAME_CHARACTERS):
        raise CannotRun(f"A client's name is up to {MAX_NAME_CHARACTERS} printable characters.")
    if not _store(arguments).add(Client(arguments.id, name, True, int(time.time()))):
        raise CannotRun(f"There is a client {arguments.id} on stage {arguments.stage} already.")
    print(f"Registered client {arguments.id} on stage {arguments.stage}.")


def list_clients(arguments: argparse.Namespace) -> None:
    for client in _store(arguments).every():
        since = time.strftime("%Y-%m-%d", time.gmtime(client.created_at))
        state = "enabled" if client.enabled else "disabled"
        print(f"{client.client_id:32} {state:9} {since} {client.name}")


def enable_client(arguments: argparse.Namespace) -> None:
    _set_enabled(arguments, True)


def disable_client(arguments: argparse.Namespace) -> None:
    """Takes effect within 300 s, which is how long the authorizers remember a client."""
    _set_enabled(arguments, False)


def _set_enabled(arguments: argparse.Namespace, enabled: bool) -> None:
    if not _store(arguments).set_enabled(arguments.id, enabled):
        raise CannotRun(f"There is no client {arguments.id} on stage {arguments.stage}.")
    print(f"Client {arguments.id} on stage {arguments.stage} is "
          f"{'enabled' if enabled else 'disabled; within 300 s it is refused'}.")


def _store(arguments: argparse.Namespace) -> DynamoClientStore:
    stage = Stage(arguments.stage, arguments.region)
    return client_store(stage.client("dynamodb"), stage.outputs())


def rotate_signing_key(arguments: argparse.Namespace) -> None:
    stage = Stage(arguments.stage, arguments.region)
    outputs = stage.outputs()
    wait_seconds = arguments.wait_seconds
    if wait_seconds is None:
        wait_seconds = 0 if arguments.stage == LOCAL else rotation.WAIT_SECONDS
    rotation.rotate(stage.client("secretsmanager"), outputs["SigningSecretArn"], wait_seconds,
                    int(outputs["SessionIdleSeconds"]), arguments.force)


def deploy(arguments: argparse.Namespace) -> None:
    if arguments.stage == LOCAL:
        raise CannotRun("Stage local is deployed by `make run`.")
    require_credentials()
    site = Site(AWS)
    for function, module in package.functions().items():
        package.build(function, module, site, package.DIST / AWS.name)
    done = subprocess.run(
        [OSLS, "deploy", "--stage", arguments.stage, "--region", arguments.region,
         *(f"--param={parameter}" for parameter in arguments.param)],
        cwd=ROOT, env=os.environ | {"NODE_NO_WARNINGS": "1"}, check=False)
    sys.exit(done.returncode)


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="operate.py", description=__doc__.split("\n")[0])
    where = argparse.ArgumentParser(add_help=False)
    where.add_argument("--stage", required=True, type=_stage_name,
                       help="local, dev, test or prod")
    where.add_argument("--region", default="us-west-2", help="default us-west-2")
    which = argparse.ArgumentParser(add_help=False)
    which.add_argument("--id", required=True, help="what the application sends as x-koms-clientid")
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    clients = commands.add_parser("client", help="the applications that may call the API")
    actions = clients.add_subparsers(required=True, metavar="ACTION")
    add = actions.add_parser("add", parents=[where, which], help="register one")
    add.add_argument("--name", help="for people to read, default the id")
    add.set_defaults(run=add_client)
    actions.add_parser("list", parents=[where], help="show them all").set_defaults(run=list_clients)
    for word, run in (("enable", enable_client), ("disable", disable_client)):
        action = actions.add_parser(word, parents=[where, which], help=f"{word} one")
        action.set_defaults(run=run)

    rotate = commands.add_parser("rotate-signing-key", parents=[where],
                                 help="sign with a new key, signing nobody out")
    rotate.add_argument("--wait-seconds", type=int, help="between publishing the new key and "
                        f"signing with it, default {rotation.WAIT_SECONDS}, on stage local 0")
    rotate.add_argument("--force", action="store_true",
                        help="even if that ends sessions of the key before last")
    rotate.set_defaults(run=rotate_signing_key)

    shipping = commands.add_parser("deploy", parents=[where], help="deploy the whole service")
    shipping.add_argument("--param", action="append", default=[], metavar="NAME=VALUE",
                          help="override a parameter of serverless.yml, such as alarmEmail")
    shipping.set_defaults(run=deploy)
    return top


def _stage_name(text: str) -> str:
    if not text:
        raise argparse.ArgumentTypeError("name one, as in `make client STAGE=dev`")
    return text


def main() -> None:
    arguments = parser().parse_args()
    try:
        arguments.run(arguments)
    except CannotRun as refusal:
        sys.exit(str(refusal))
    except (BotoCoreError, ClientError) as refusal:
        sys.exit(f"AWS refused: {refusal}")


if __name__ == "__main__":
    main()
