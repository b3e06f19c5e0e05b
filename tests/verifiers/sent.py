"""What a service gets to see of a request that it has to accept or to refuse."""

from dataclasses import dataclass

ADDRESS = "https://api.example.org"


@dataclass(frozen=True, slots=True)
class Sent:
    """A request to the service at `ADDRESS`, with all its headers in their order."""

    headers: tuple[tuple[str, str], ...]
    method: str = "GET"
    path: str = "/me"
