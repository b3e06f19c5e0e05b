"""The address of a request, as a proof of possession names it (the `htu` of RFC 9449)."""

import re
from urllib.parse import unquote, urlsplit

_DEFAULT_PORTS = {"http": ":80", "https": ":443"}
_ENCODED = re.compile("%[0-9a-fA-F]{2}")
# Letters, digits and -._~ (RFC 3986 section 2.3).
_UNRESERVED = re.compile("%(2[DE]|3[0-9]|[46][1-9A-F]|[57][0-9A]|5F|7E)")


def normalised(address: str) -> str | None:
    """Return a web address without its query and fragment in the one spelling in which two are
    compared (RFC 3986 sections 6.2.2 and 6.2.3), or None for anything else."""
    if not (address.isascii() and address.isprintable()) or " " in address:
        return None
    try:
        scheme, host, path, _, _ = urlsplit(address)
    except ValueError:
        return None
    if scheme not in _DEFAULT_PORTS or not host or "@" in host:
        return None
    host = host.lower().removesuffix(_DEFAULT_PORTS[scheme]).removesuffix(":")
    return f"{scheme}://{host}{_path(path)}"


def _path(path: str) -> str:
    path = _ENCODED.sub(lambda match: match[0].upper(), path)
    path = _UNRESERVED.sub(lambda match: unquote(match[0]), path)
    kept: list[str] = []
    for segment in path.split("/")[1:]:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if path.endswith(("/.", "/..")):
        kept.append("")
    return "/" + "/".join(kept)
