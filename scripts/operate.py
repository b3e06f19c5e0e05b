"""The operators' tool: client applications, people, signing key, pepper. See --help.

It finds a stage's tables and secrets by the outputs of the stage's CloudFormation stack.
Stage `local` is the emulator of a running `make run`; any other is in an AWS account.
"""

import argparse
import sys
from pathlib import Path

from scripts.checkout import Refused
from scripts.delivery import aws
from scripts.deployed_stage import LOCAL, add_region, reason
from scripts.local.emulator import LOCAL_FOLDER
from scripts.operating import clients, people_commands, pepper, person_actions, signing_key
from scripts.operating.stage import stage_of
from shared.errors import Unavailable


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
    add.add_argument("--redirect-uris", help="where the account pages may lead people back to it, "
                     "with commas in between")
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
    lead = actions.add_parser("redirects", parents=[where, folder, which],
                              help="say where the account pages may lead people back to one")
    lead.add_argument("--redirect-uris", default="")
    lead.set_defaults(run=clients.set_redirect_uris)

    person_actions.add_to(commands.add_parser(
        "person", help="one person, their sessions and roles"), where, folder)

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
    for word, act, text in (
            ("import", people_commands.import_users, "from another system, with their hashes"),
            ("export", people_commands.export_users, "everybody, with their hashes")):
        users = commands.add_parser(f"{word}-users", parents=[where, folder, file], help=text)
        users.set_defaults(run=act)
    mail = commands.add_parser("mail", parents=[folder],
                               help="show the mail that stage local has sent")
    mail.set_defaults(run=show_mail, stage=LOCAL, region=None)
    return top


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
