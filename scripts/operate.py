"""The operators' tool: client applications, people, signing key, pepper. See --help.

It finds a stage's tables and secrets by the outputs of the stage's CloudFormation stack.
Stage `local` is the emulator of a running `make run`; any other is in an AWS account.
"""

import argparse
import sys
from functools import cache
from pathlib import Path

from scripts.checkout import Refused
from scripts.delivery import aws
from scripts.deployed_stage import LOCAL, add_region, reason
from scripts.local.emulator import LOCAL_FOLDER
from scripts.operating import clients, people, pepper, person, role_commands, signing_key
from scripts.operating.stage import services_of, stage_of
from shared.errors import Unavailable


def import_users(arguments: argparse.Namespace) -> None:
    try:
        counts = people.import_people(arguments.file, _destination(arguments), print)
    except OSError as error:
        if error.filename is None:
            raise
        raise Refused(f"{error.filename} cannot be opened: {error.strerror}.") from error
    print(f"Imported {counts['imported']} people; {counts['present']} were there already, "
          f"{counts['bad']} lines were bad.")
    if not counts.keys() & {"imported", "present", "earlier"}:
        raise Refused(f"No line of {arguments.file} is a person who could be imported.")


def _destination(arguments: argparse.Namespace) -> people.Destination:
    services = services_of(arguments)
    peppers = cache(lambda: {pepper.key_id for pepper in services.peppers.every()})
    return people.Destination(
        services.settings.stage, services.settings.pepper_secret_id, services.identity_store,
        lambda key_id: key_id in peppers())


def export_users(arguments: argparse.Namespace) -> None:
    services = services_of(arguments)
    try:
        count = people.export_people(arguments.file, services.user_store,
                                     services.identity_store, print)
    except FileExistsError:
        raise Refused(f"{arguments.file} is there already; an export overwrites nothing."
                      ) from None
    except OSError as error:
        raise Refused(f"{arguments.file} cannot be written: {error.strerror}.") from error
    print(f"Exported {count} people, with their password hashes, to {arguments.file}.")


def show_mail(arguments: argparse.Namespace) -> None:
    """Only the emulator keeps what it was asked to send."""
    emulator = stage_of(arguments).emulator
    assert emulator is not None
    messages = emulator.sent_mail()
    for message in messages:
        print(f"To {', '.join(message['To'])}: {message['Subject']}\n\n{message['BodyText']}")
    if not messages:
        print("Stage local has sent no mail since it was started.")


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="python -m scripts.operate",
                                  description=__doc__.split("\n")[0])
    where = argparse.ArgumentParser(add_help=False)
    where.add_argument("--stage", required=True, type=_stage_name,
                       help="local, dev, test or prod")
    add_region(where)
    folder = argparse.ArgumentParser(add_help=False)
    folder.add_argument("--local-folder", type=Path, default=LOCAL_FOLDER,
                        help="where `make run` keeps stage local, default .local/run")
    which = argparse.ArgumentParser(add_help=False)
    which.add_argument("--id", required=True, type=_client_id,
                       help="what the application sends as x-koms-clientid")
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    client = commands.add_parser("client", help="the applications that may call the API")
    actions = client.add_subparsers(required=True, metavar="ACTION")
    add = actions.add_parser("add", parents=[where, folder, which], help="register one")
    add.add_argument("--name", help="for people to read, default the id")
    add.add_argument("--possession", type=_possession, default=clients.OPTIONAL,
                     help="required: its sessions must be bound to a key (RFC 9449)")
    add.set_defaults(run=clients.add_client)
    every = actions.add_parser("list", parents=[where, folder], help="show them all")
    every.set_defaults(run=clients.list_clients)
    for word, run in (("enable", clients.enable_client),
                      ("disable", clients.disable_client)):
        action = actions.add_parser(word, parents=[where, folder, which], help=f"{word} one")
        action.set_defaults(run=run)
    prove = actions.add_parser("possession", parents=[where, folder, which],
                               help="say whether one must prove the possession of a key")
    prove.add_argument("--possession", type=_possession, default="")
    prove.set_defaults(run=clients.set_possession)

    _add_person(commands.add_parser("person", help="one person and their roles"), where, folder)

    rotate = commands.add_parser("rotate-signing-key", parents=[where, folder],
                                 help="sign with a new key, signing nobody out")
    _add_wait(rotate, signing_key.WAIT_SECONDS)
    how = rotate.add_mutually_exclusive_group()
    how.add_argument("--force", action="store_true",
                     help="even if that ends sessions of the key before last")
    how.add_argument("--revoke", action="store_true",
                     help="a leaked key: let no old key verify, which signs everybody out")
    rotate.set_defaults(run=signing_key.rotate_signing_key)
    season = commands.add_parser("rotate-pepper", parents=[where, folder],
                                 help="hash passwords with a new pepper")
    _add_wait(season, pepper.WAIT_SECONDS)
    season.add_argument("--force", action="store_true",
                        help="even if passwords that need the pepper before last no longer verify")
    season.set_defaults(run=pepper.rotate_pepper)

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


def _add_person(command: argparse.ArgumentParser, *where: argparse.ArgumentParser) -> None:
    who = argparse.ArgumentParser(add_help=False)
    who.add_argument("--email", default="", help="in any spelling, or else --id")
    who.add_argument("--id", default="", help="of the account")
    who.add_argument("--role", default="", help="a name that the team's own services know")
    actions = command.add_subparsers(required=True, metavar="ACTION", dest="action")
    for word, run, text in (
            ("show", person.show_person, "account, roles, live sessions"),
            ("grant-role", role_commands.grant_role, "give a role, at once"),
            ("revoke-role", role_commands.revoke_role, "take a role away, at once")):
        action = actions.add_parser(word, parents=[*where, who], help=text)
        action.set_defaults(run=run)


def _add_wait(command: argparse.ArgumentParser, default_seconds: int) -> None:
    command.add_argument("--wait-seconds", type=int, help="between publishing the new one and "
                         f"using it, default {default_seconds}, on stage local 0")


def _stage_name(text: str) -> str:
    if not text:
        raise Refused("Name a stage, as in `STAGE=dev`.")
    return text


def _possession(text: str) -> str:
    if text not in (clients.OPTIONAL, clients.REQUIRED):
        raise Refused("Say POSSESSION=required or POSSESSION=optional.")
    return text


def _client_id(text: str) -> str:
    if not text:
        raise Refused("Name a client, as in `ID=web-app`.")
    return text


def _file(text: str) -> Path:
    if not Path(text).name:
        raise Refused("Name a file, as in `FILE=users.jsonl`.")
    return Path(text).expanduser()


def main(words: list[str] | None = None) -> None:
    try:
        arguments = parser().parse_args(words)
        arguments.run(arguments)
    except Refused as refusal:
        sys.exit(str(refusal))
    except Unavailable as failure:
        sys.exit(f"AWS did not answer, or not now ({failure.__cause__}). Run the same command "
                 "again.")
    except aws.FAILURES as failure:
        sys.exit(reason(failure))


if __name__ == "__main__":
    main()
