"""The addresses to which the account pages may lead people back to an application.

They are compared to the letter when somebody is led back (RFC 9700 section 4.1.3). So what is
checked here, once, is true of every address that is used.
"""

import re

from scripts.checkout import Refused
from scripts.operating.terminal import printable
from shared.web_addresses import is_origin

# With so many, a client is an item of less than 4 KB, which costs the authorizers one read unit.
MOST, MOST_CHARACTERS = 10, 256
NONE = "none"
# Of RFC 3986, without the comma, which stands between two of them, and without the fragment.
_CHARACTERS = re.compile(r"[A-Za-z0-9._~:/?@!$&'()*+;=%\[\]-]+", re.ASCII)
_ORIGIN = re.compile(r"https?://[^/?]*")
_HERE = re.compile(r"http://(localhost|127\.0\.0\.1|\[::1\])(:[0-9]+)?")
# RFC 8252 section 7.1: a domain of the app's maker, backwards, so that there is a dot in it.
# What looks like a port is one, and the address lacks its scheme.
_OF_AN_APP = re.compile(r"[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+:(?!//[^/?]*@)(?![0-9]+(/|$)).+")
# What the pages add.
_ADDED = re.compile(r"[?&](code|state)=")
# A browser takes a host whose last label is a number for an IPv4 address, whatever it is, and none
# for a label of which only the sign of Punycode is there (WHATWG URL, section 3.5).
_IPV4 = re.compile(r"//([0-9]{1,3}\.){3}[0-9]{1,3}")
_UNREADABLE = re.compile(r"//([^:]*\.)?(xn--|[0-9]+|0x[0-9a-f]*)\.?(:[0-9]+)?")


def redirect_uris(text: str) -> tuple[str, ...]:
    """Return the addresses that `text` lists with commas between them, or none for the word none.
    Raises Refused, which says what is wrong with which of them."""
    if text == NONE:
        return ()
    uris = tuple(dict.fromkeys(filter(None, map(str.strip, text.split(",")))))
    if not uris:
        raise Refused("List addresses with commas between them, as in "
                      "REDIRECT_URIS=https://app.example.org/callback, or say none.")
    if len(uris) > MOST:
        raise Refused(f"A client has at most {MOST} redirect URIs.")
    for uri in uris:
        fault = _fault(uri)
        if fault:
            raise Refused(f"{printable(uri)} cannot be a redirect URI: {fault}.")
    return uris


def _fault(uri: str) -> str:
    """Return what is wrong with an address, empty if nothing is."""
    if len(uri) > MOST_CHARACTERS:
        return f"it has more than {MOST_CHARACTERS} characters"
    if "#" in uri:
        return "it has a fragment"
    if not _CHARACTERS.fullmatch(uri):
        return "it has characters that an address does not have"
    if _ADDED.search(uri):
        return "the account pages add code and state to it"
    origin = _ORIGIN.match(uri)
    if origin is None:
        return "" if _OF_AN_APP.fullmatch(uri) else (
            "its scheme is neither https nor the name of an app with a dot in it, such as "
            "org.example.app, or it has a user name")
    return _fault_of_origin(origin[0])


def _fault_of_origin(origin: str) -> str:
    if not is_origin(origin):
        return ("a host in lower case has to follow https://, without a user name, and without "
                "the port that goes without saying")
    host = origin.partition(":")[2]
    if _UNREADABLE.fullmatch(host) and not _IPV4.match(host):
        return "browsers read its host as another one"
    if origin.startswith("http:") and not _HERE.fullmatch(origin):
        return "http is for localhost, 127.0.0.1 and [::1] only"
    return ""
