"""Finds whose the ticket of a second step is, which dies with the password and with the second
factors that it asks for."""

from shared.errors import InvalidTicket, Unauthorized
from shared.identities import Identity
from shared.sign_in.owners import Owners


def owner_of(owners: Owners, user_id: str, password_version: int) -> Identity:
    """Return the identity whose password of this version was proven. Raises InvalidTicket or
    Unavailable."""
    try:
        identity = owners.find(user_id)
    except Unauthorized as error:
        raise InvalidTicket(user_id=user_id) from error
    if identity.password_version != password_version or not identity.second_factor:
        raise InvalidTicket("the ticket has died with the password or the second factor",
                            user_id=identity.user_id)
    return identity
