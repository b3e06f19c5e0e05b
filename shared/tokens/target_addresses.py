"""The address of a request, as a proof of possession names it (the `htu` of RFC 9449)."""

import re
from urllib.parse import quote, unquote, urlsplit

_DOTS = {".", ".."}
# The characters of a path besides letters and digits, and the sign of those that are encoded
# (RFC 3986 section 3.3).
_OF_PATHS = "-._~!$&'()*+,;=:@/%"
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}
_ENCODED = re.compile("%[0-9a-fA-F]{2}")
# Letters, digits and -._~ (RFC 3986 section 2.3).
_UNRESERVED = re.compile("%(2[DE]|3[0-9]|[46][1-9A-F]|[57][0-9A]|5F|7E)")


def names(htu: str, address: str, is_decoded: bool = False) -> bool:
    """Whether `htu` is another spelling of the address that was called, whose path may have been
    decoded on the way. No address that was called has dot segments, because clients resolve them:
    a path with some is meant to lead elsewhere than it looks."""
    # What cannot stand in an address was decoded.
    called = normalised(quote(address, safe=_OF_PATHS))
    if called is None or _DOTS & set(_decoded_where_it_means_the_same(address).split("/")):
        return False
    return called in (normalised(htu), normalised(htu, decode=is_decoded))


def normalised(address: str, decode: bool = False) -> str | None:
    """Return a web address without its query and fragment in the one spelling in which two are
    compared (RFC 3986 sections 6.2.2 and 6.2.3), or None for anything else; `decode` says whether
    to decode its path first."""
    if not (address.isascii() and address.isprintable()) or " " in address:
        return None
    try:
        scheme, host, path, _, _ = urlsplit(address)
    except ValueError:
        return None
    if scheme not in _DEFAULT_PORTS or not host or "@" in host:
        return None
    host = host.lower().removesuffix(_DEFAULT_PORTS[scheme]).removesuffix(":")
    return f"{scheme}://{host}{_path(unquote(path) if decode else path)}"


def _decoded_where_it_means_the_same(path: str) -> str:
    path = _ENCODED.sub(lambda match: match[0].upper(), path)
    return _UNRESERVED.sub(lambda match: unquote(match[0]), path)


def _path(path: str) -> str:
    # Some clients leave characters as they are that cannot stand in an address.
    path = _decoded_where_it_means_the_same(quote(path, safe=_OF_PATHS))
    kept: list[str] = []
    for segment in path.split("/")[1:]:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if path.endswith(("/.", "/..")):
        kept.append("")
    return "/" + "/".join(kept)
