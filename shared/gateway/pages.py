"""The account pages as answers: in which language, and with the headers that hold a browser to what
they do.

The headers are those of OWASP's Secure Headers Project, but for Cross-Origin-Embedder-Policy, which
would keep a logo of another origin out.
"""

from shared.account_pages import languages
from shared.account_pages.files import Page
from shared.gateway.api_gateway import Reply
from shared.gateway.requests import Request

_OF_ALL = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Permitted-Cross-Domain-Policies": "none",
}
# Passkeys are all that the pages need, and the clipboard, for codes that are shown once.
_FEATURES = {
    "()": ("accelerometer", "autoplay", "camera", "clipboard-read", "display-capture",
           "encrypted-media", "fullscreen", "geolocation", "gyroscope", "magnetometer",
           "microphone", "midi", "payment", "picture-in-picture", "screen-wake-lock", "serial",
           "sync-xhr", "usb", "xr-spatial-tracking"),
    "(self)": ("clipboard-write", "publickey-credentials-create", "publickey-credentials-get")}
_PERMISSIONS = ", ".join(
    f"{feature}={whose}" for whose, features in _FEATURES.items() for feature in features)


def wanted_languages(request: Request) -> list[str]:
    """Return the tags of the languages that a browser asks for, the most wanted first."""
    asked = request.query_parameter("ui_locales").split(maxsplit=languages.MOST)
    return [*asked, request.cookie("lang"), *languages.accepted(request.header("Accept-Language"))]


def document(page: Page, logo_url: str) -> Reply:
    """Return a page. A browser asks anew each time whether it has changed."""
    return Reply(200 if page.is_there else 404, page.html, _OF_ALL | {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Language": page.language,
        "Cache-Control": "no-cache",
        "Vary": "Accept-Language, Cookie, Accept-Encoding",
        "Content-Security-Policy": _policy(logo_url),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": _PERMISSIONS,
        "X-Frame-Options": "DENY",
    })


def asset(media_type: str, text: str) -> Reply:
    """Return a file whose name changes with its content."""
    return Reply(200, text, _OF_ALL | {
        "Content-Type": f"{media_type}; charset=utf-8",
        "Cache-Control": "public, max-age=31536000, immutable",
        "Vary": "Accept-Encoding",
        # Of a picture that is opened as a document of its own, no script runs.
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    })


def _policy(logo_url: str) -> str:
    """Return the Content-Security-Policy. Nothing but the pages' own files and the one logo is
    loaded, nothing is sent elsewhere, nobody frames them, and no text becomes a script."""
    return "; ".join([
        "default-src 'none'", "script-src 'self'", "style-src 'self'",
        f"img-src 'self' {logo_url}".rstrip(), "connect-src 'self'", "base-uri 'none'",
        "form-action 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'",
        "trusted-types 'none'"])
