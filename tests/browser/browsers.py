"""The browsers of this machine that the tests can drive."""

import os
import shutil

CHROMIUM = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
FIREFOX = ("firefox-esr", "firefox")
# With `yes`, a machine without Chromium fails instead of leaving these tests out.
REQUIRED = "BROWSER_REQUIRED"


class NotHere(Exception):
    """There is no such browser on this machine; the text says how to install it."""


def chromium() -> str:
    """Return where Chromium is, or raise NotHere."""
    return _found(CHROMIUM, "The client's tests need Chromium; on Debian, `apt install chromium` "
                            "installs it")


def firefox() -> str:
    """Return where Firefox is, or raise NotHere."""
    return _found(FIREFOX, "Some of the client's tests also run in Firefox; on Debian, "
                           "`apt install firefox-esr` installs it")


def are_required() -> bool:
    return os.environ.get(REQUIRED) in ("yes", "1")


def _found(names: tuple[str, ...], hint: str) -> str:
    for name in names:
        if path := shutil.which(name):
            return path
    raise NotHere(hint)
