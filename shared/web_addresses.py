"""The addresses that a stage is given of web pages: origins that may call, and where links lead.

scripts/osls/web_addresses.js holds a deployment to the same rules.
"""

import re

_ORIGIN = (r"([a-z][a-z0-9+.-]*)://(\[[0-9a-f:.]+\]|[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)"
           r"(?::([1-9][0-9]{0,4}))?")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_LAST_PORT = 65_535
_THIS_MACHINE = ("localhost", "127.0.0.1", "[::1]")
_NOT_IN_A_PATH = set(' "#<>?\\^`{|}')


def is_origin(text: str) -> bool:
    """Whether a browser can send `text` as Origin (RFC 6454 section 6.2, and the URL standard of
    the WHATWG): a scheme and a host in lower case, and no port that goes without saying."""
    match = re.fullmatch(_ORIGIN, text)
    if match is None:
        return False
    port = int(match[3] or 0)
    return port <= _LAST_PORT and port != _DEFAULT_PORTS.get(match[1])


def is_link_base(text: str) -> bool:
    """Whether a path and a fragment can follow `text`, and nobody on the way can listen in.

    A link carries a token in its fragment. What stays on a machine needs no certificate.
    """
    scheme, _, rest = text.partition("://")
    host, _, path = rest.partition("/")
    match = re.fullmatch(_ORIGIN, f"{scheme}://{host}".lower())
    if (match is None or int(match[3] or 0) > _LAST_PORT or not path.isascii()
            or not path.isprintable() or _NOT_IN_A_PATH & set(path)):
        return False
    return match[1] == "https" or (match[1] == "http" and match[2] in _THIS_MACHINE)
