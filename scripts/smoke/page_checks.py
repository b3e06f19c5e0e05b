"""The smoke check of the account pages."""

import re

from scripts.smoke.api import Api, ApiAnswer

LOADED = re.compile(r'(?:src|href)="([^"]+)"')
STRICT = "default-src 'none'; script-src 'self'; "


def get_page(api: Api) -> None:
    """A page, and all that it loads, as a browser finds it."""
    page = api.call("GET", "/account/home")
    html = _text(page, "text/html")
    if not page.headers.get("content-security-policy", "").startswith(STRICT):
        raise page.wrong("200 with a strict Content-Security-Policy")
    loaded = set(LOADED.findall(html))
    if not {".css", ".js"} <= {name[name.rfind("."):] for name in loaded}:
        raise page.wrong("200 with HTML that loads a script and a style sheet")
    for name in loaded:
        asset = api.call("GET", f"/account/{name}")
        _text(asset, "text/css" if name.endswith(".css") else "text/javascript")
        if "immutable" not in asset.headers.get("cache-control", ""):
            raise asset.wrong("200 with what browsers may keep")
    api.call("GET", "/account/app.js").require(404, name="not_found")


def _text(answer: ApiAnswer, media_type: str) -> str:
    answer.require(200)
    if not answer.headers.get("content-type", "").startswith(media_type):
        raise answer.wrong(f"200 with {media_type}")
    return str(answer.body)
