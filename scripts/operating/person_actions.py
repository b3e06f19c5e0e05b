"""What can be done with one person: the actions of the command `person`."""

import argparse

from scripts.operating import block_commands, factor_commands, role_commands, showing, trail

ACTIONS = {
    "find": (showing.find_person, "id and address, also by how the address begins"),
    "show": (showing.show_person, "account, roles, live sessions"),
    "trail": (trail.show_trail, "what happened to them, from the logs"),
    "block": (block_commands.block, "let them not sign in, and end their sessions"),
    "unblock": (block_commands.unblock, "let them sign in again"),
    "end-sessions": (block_commands.end_sessions, "sign them out everywhere"),
    "reset-factors": (factor_commands.reset_factors, "remove all second factors: they are lost"),
    "grant-role": (role_commands.grant_role, "give a role, at once"),
    "revoke-role": (role_commands.revoke_role, "take a role away, at once"),
}


def add_to(command: argparse.ArgumentParser, *where: argparse.ArgumentParser) -> None:
    who = argparse.ArgumentParser(add_help=False)
    who.add_argument("--email", default="", help="in any spelling, or else --id")
    who.add_argument("--id", default="", help="of the account")
    who.add_argument("--role", default="", help="a name that the team's own services know")
    who.add_argument("--since", default="", help="of a trail, such as 12h or 30d, default "
                     f"{trail.DEFAULT}")
    actions = command.add_subparsers(required=True, metavar="ACTION", dest="action")
    for word, (run, text) in ACTIONS.items():
        action = actions.add_parser(word, parents=[*where, who], help=text)
        action.set_defaults(run=run)
