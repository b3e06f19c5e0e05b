"""The commands by which an operator imports and exports people, and what they say."""

import argparse
from functools import cache

from scripts.checkout import Refused
from scripts.operating import people
from scripts.operating.stage import services_of


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
        services.factor_store, lambda key_id: key_id in peppers())


def export_users(arguments: argparse.Namespace) -> None:
    services = services_of(arguments)
    try:
        count = people.export_people(arguments.file, services, print)
    except FileExistsError:
        raise Refused(f"{arguments.file} is there already; an export overwrites nothing."
                      ) from None
    except OSError as error:
        raise Refused(f"{arguments.file} cannot be written: {error.strerror}.") from error
    print(f"Exported {count} people, with their password hashes, to {arguments.file}.")
