"""The smoke check of the account pages."""

import re

from scripts.smoke.api import Api, ApiAnswer, Wrong

LOADED = re.compile(r'(?:src|href)="([^"]+)"')
STRICT = "default-src 'none'; script-src 'self'; "
MEDIA_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
# While the traffic moves to another version, a page may be of one and its files of the other.
MOST_LOOKS = 3


def get_page(api: Api) -> None:
    """A page, and all that it loads, as a browser finds it."""
    for _ in range(MOST_LOOKS - 1):
        try:
            return _look(api)
        except Missing:
            continue
    _look(api)


class Missing(Wrong):
    """A file that a page names is not there."""


def _look(api: Api) -> None:
    page = api.call("GET", "/account/home")
    html = _text(page, "text/html")
    if not page.headers.get("content-security-policy", "").startswith(STRICT):
        raise page.wrong("200 with a strict Content-Security-Policy")
    loaded = set(LOADED.findall(html))
    if not {".css", ".js"} <= {_ending(name) for name in loaded} <= MEDIA_TYPES.keys():
        raise page.wrong("200 with HTML that loads a script and a style sheet")
    for name in sorted(loaded):
        asset = api.call("GET", f"/account/{name}")
        if asset.status == 404:
            raise Missing(str(asset.wrong("200 with what the page loads")))
        _text(asset, MEDIA_TYPES[_ending(name)])
        if "immutable" not in asset.headers.get("cache-control", ""):
            raise asset.wrong("200 with what browsers may keep")
    api.call("GET", "/account/app.js").require(404, name="not_found")


def _ending(name: str) -> str:
    return name[name.rfind("."):]


def _text(answer: ApiAnswer, media_type: str) -> str:
    answer.require(200)
    if not answer.headers.get("content-type", "").startswith(media_type):
        raise answer.wrong(f"200 with {media_type}")
    return str(answer.body)
