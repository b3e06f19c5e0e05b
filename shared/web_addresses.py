"""The web addresses that a stage is given: origins that may call, issuers, where links lead, and a
logo.

scripts/osls/web_addresses.js holds a deployment to the same rules.
"""

import re

_ORIGIN = (r"([a-z][a-z0-9+.-]*)://(\[[0-9a-f:.]+\]|[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)"
           r"(?::([1-9][0-9]{0,4}))?")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_LAST_PORT = 65_535
_THIS_MACHINE = ("localhost", "127.0.0.1", "[::1]")
_NOT_IN_A_PATH = set(' "#<>?\\^`{|}')
# Without what would end a source of a Content-Security-Policy.
_FILE = r"(?:/(?:[A-Za-z0-9._~!$&()*+=:@-]|%[0-9A-Fa-f]{2})+)+"


def is_origin(text: str) -> bool:
    """Whether a browser can send `text` as Origin (RFC 6454 section 6.2, and the URL standard of
    the WHATWG): a scheme and a host in lower case, and no port that goes without saying."""
    match = re.fullmatch(_ORIGIN, text)
    if match is None:
        return False
    port = int(match[3] or 0)
    return port <= _LAST_PORT and port != _DEFAULT_PORTS.get(match[1])


def is_issuer(text: str) -> bool:
    """Whether a token of a stage can have `text` as its `iss`, which is compared to the letter: an
    origin of https, and the path of an API if it has one, without a slash at the end."""
    origin, path = _split(text)
    return (origin.startswith("https:") and is_origin(origin) and _is_path(path)
            and not text.endswith("/"))


def is_link_base(text: str) -> bool:
    """Whether a path and a fragment can follow `text`, and nobody on the way can listen in.

    A link carries a token in its fragment. What stays on a machine needs no certificate.
    """
    origin, path = _split(text)
    # Lower case would make an ASCII letter of the Kelvin sign.
    match = re.fullmatch(_ORIGIN, origin.lower()) if origin.isascii() else None
    if match is None or int(match[3] or 0) > _LAST_PORT or not _is_path(path):
        return False
    return match[1] == "https" or (match[1] == "http" and match[2] in _THIS_MACHINE)


# Lambda takes 4 KB of environment.
_LONGEST_LOGO = 512


def is_logo(text: str) -> bool:
    """Whether `text` is the address of a file that a Content-Security-Policy (level 3, section
    2.3.1) can name: https, a path, and no query."""
    origin, path = _split(text)
    return (len(text) <= _LONGEST_LOGO and origin.startswith("https:") and is_origin(origin)
            and re.fullmatch(_FILE, f"/{path}") is not None)


def _split(text: str) -> tuple[str, str]:
    """Return what may be an origin, and what follows the slash after it."""
    scheme, _, rest = text.partition("://")
    host, _, path = rest.partition("/")
    return f"{scheme}://{host}", path


def _is_path(text: str) -> bool:
    return text.isascii() and text.isprintable() and not _NOT_IN_A_PATH & set(text)
