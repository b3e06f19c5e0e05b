"""The operators' tool: client applications, people, the signing key. See --help.

It finds a stage's tables and secrets by the outputs of the stage's CloudFormation stack.
Stage `local` is the emulator of a running `make run`; any other is an AWS account's.
"""

import argparse
import sys
import time
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts import people, rotation
from scripts.deployed_stage import (LOCAL, LOCAL_FOLDER, Stage, add_region,
                                    region)
from scripts.emulator import CannotRun
from shared.clients import CLIENT_ID, Client
from shared.errors import Unavailable
from shared.keys.key_ring import KeyRing
from shared.keys.peppers import derive
from shared.stores.clients import DynamoClientStore
from shared.stores.identities import DynamoIdentityStore
from shared.stores.secret_versions import SecretVersions
from shared.stores.table import Table
from shared.stores.users import DynamoUserStore

MAX_NAME_CHARACTERS = 100


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


def _stage(arguments: argparse.Namespace) -> Stage:
    return Stage(arguments.stage, region(arguments.region, arguments.stage),
                 arguments.local_folder)


def _store(arguments: argparse.Namespace) -> DynamoClientStore:
    stage = _stage(arguments)
    return client_store(stage.client("dynamodb"), stage.outputs())


def rotate_signing_key(arguments: argparse.Namespace) -> None:
    stage = _stage(arguments)
    outputs = stage.outputs()
    wait_seconds = arguments.wait_seconds
    if wait_seconds is None:
        wait_seconds = 0 if arguments.stage == LOCAL else rotation.WAIT_SECONDS
    rotation.rotate(stage.client("secretsmanager"), outputs["SigningSecretArn"], wait_seconds,
                    int(outputs["SessionIdleSeconds"]), arguments.force)


def import_users(arguments: argparse.Namespace) -> None:
    try:
        counts = people.import_people(arguments.file, _destination(arguments), print)
    except OSError as error:
        if error.filename is None:
            raise
        raise CannotRun(f"{error.filename} cannot be opened: {error.strerror}.") from error
    print(f"Imported {counts['imported']} people; {counts['present']} were there already, "
          f"{counts['bad']} lines were bad.")


def _destination(arguments: argparse.Namespace) -> people.Destination:
    _, identities = _people_stores(arguments)
    stage = _stage(arguments)
    secret_id = stage.outputs()["PepperSecretArn"]
    ring = KeyRing(SecretVersions(stage.client("secretsmanager"), secret_id).fetch, derive,
                   lambda: int(time.time()))
    peppers = cache(lambda: {pepper.key_id for pepper in ring.every()})
    return people.Destination(secret_id, identities, lambda key_id: key_id in peppers())


def export_users(arguments: argparse.Namespace) -> None:
    try:
        count = people.export_people(arguments.file, *_people_stores(arguments))
    except FileExistsError:
        raise CannotRun(f"{arguments.file} is there already; an export overwrites nothing."
                        ) from None
    except OSError as error:
        raise CannotRun(f"{arguments.file} cannot be written: {error.strerror}.") from error
    print(f"Exported {count} people, with their password hashes, to {arguments.file}.")


def _people_stores(arguments: argparse.Namespace) -> tuple[DynamoUserStore, DynamoIdentityStore]:
    stage = _stage(arguments)
    dynamodb, outputs = stage.client("dynamodb"), stage.outputs()
    users = Table(dynamodb, outputs["UsersTableName"])
    identities = Table(dynamodb, outputs["IdentitiesTableName"])
    return DynamoUserStore(users), DynamoIdentityStore(identities, users)


def show_mail(arguments: argparse.Namespace) -> None:
    """Only the emulator keeps what it was asked to send."""
    emulator = _stage(arguments).emulator
    assert emulator is not None
    messages = emulator.sent_mail()
    for message in messages:
        print(f"To {', '.join(message['To'])}: {message['Subject']}\n\n{message['BodyText']}")
    if not messages:
        print("Stage local has sent no mail since it was started.")


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="operate.py", description=__doc__.split("\n")[0])
    where = argparse.ArgumentParser(add_help=False)
    where.add_argument("--stage", required=True, type=_stage_name,
                       help="local, dev, test or prod")
    add_region(where)
    folder = argparse.ArgumentParser(add_help=False)
    folder.add_argument("--local-folder", type=Path, default=LOCAL_FOLDER,
                        help="where `make run` keeps stage local, default .local/run")
    which = argparse.ArgumentParser(add_help=False)
    which.add_argument("--id", required=True, help="what the application sends as x-koms-clientid")
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    clients = commands.add_parser("client", help="the applications that may call the API")
    actions = clients.add_subparsers(required=True, metavar="ACTION")
    add = actions.add_parser("add", parents=[where, folder, which], help="register one")
    add.add_argument("--name", help="for people to read, default the id")
    add.set_defaults(run=add_client)
    every = actions.add_parser("list", parents=[where, folder], help="show them all")
    every.set_defaults(run=list_clients)
    for word, run in (("enable", enable_client), ("disable", disable_client)):
        action = actions.add_parser(word, parents=[where, folder, which], help=f"{word} one")
        action.set_defaults(run=run)

    rotate = commands.add_parser("rotate-signing-key", parents=[where, folder],
                                 help="sign with a new key, signing nobody out")
    rotate.add_argument("--wait-seconds", type=int, help="between publishing the new key and "
                        f"signing with it, default {rotation.WAIT_SECONDS}, on stage local 0")
    rotate.add_argument("--force", action="store_true",
                        help="even if that ends sessions of the key before last")
    rotate.set_defaults(run=rotate_signing_key)

    file = argparse.ArgumentParser(add_help=False)
    file.add_argument("--file", required=True, type=_file, help="JSON lines")
    for word, act, text in (("import", import_users, "from another system, with their hashes"),
                            ("export", export_users, "everybody, with their hashes")):
        users = commands.add_parser(f"{word}-users", parents=[where, folder, file], help=text)
        users.set_defaults(run=act)
    mail = commands.add_parser("mail", parents=[folder],
                               help="show the mail that stage local has sent")
    mail.set_defaults(run=show_mail, stage=LOCAL, region=None)
    return top


def _stage_name(text: str) -> str:
    if not text:
        raise CannotRun("Name a stage, as in `STAGE=dev`.")
    return text


def _file(text: str) -> Path:
    if not Path(text).name:
        raise CannotRun("Name a file, as in `FILE=users.jsonl`.")
    return Path(text)


def main(words: list[str] | None = None) -> None:
    try:
        arguments = parser().parse_args(words)
        arguments.run(arguments)
    except CannotRun as refusal:
        sys.exit(str(refusal))
    except Unavailable as failure:
        sys.exit(f"AWS did not answer, or not now ({failure.__cause__}). Run the same command "
                 "again.")
    except (BotoCoreError, ClientError) as refusal:
        sys.exit(f"AWS refused: {refusal}")


if __name__ == "__main__":
    main()
