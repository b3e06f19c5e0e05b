"""Who calls: a client application, from somewhere."""

from typing import NamedTuple


class Caller(NamedTuple):
    """The client application, its IP address, and its device (the User-Agent). The last two
    are empty where they are not known."""

    client_id: str
    address: str = ""
    device: str = ""
