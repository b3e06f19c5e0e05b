"""The roles of a person: names that an operator grants, and whose meaning the team's own services
know.

Roles are in the order of the alphabet, and none is there twice. The bounds keep a session with all
of them an item of at most 1 KB, so that a refresh costs one write unit.
"""

import re
from collections.abc import Iterable

from scripts.operating.terminal import printable

MAX_ROLES = 16
ROLE = re.compile(r"[A-Za-z0-9._:-]{1,32}", re.ASCII)


class BadRoles(ValueError):
    """These are no roles of one person; the message says why, without quoting them."""


def checked(roles: Iterable[str]) -> tuple[str, ...]:
    """Return the roles in their order, each once, or raise BadRoles."""
    different = set(roles)
    if not all(ROLE.fullmatch(role) for role in different):
        raise BadRoles("A role is 1 to 32 letters, digits, dots, underscores, colons and dashes.")
    if len(different) > MAX_ROLES:
        raise BadRoles(f"A person has at most {MAX_ROLES} roles.")
    return tuple(sorted(different))


def listed(roles: tuple[str, ...]) -> str:
    """Return the roles as an operator reads them, whatever somebody has put into the table."""
    return printable(" ".join(roles)) or "none"
