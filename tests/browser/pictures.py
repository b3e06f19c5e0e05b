"""`make pictures`: take the pictures of the account pages in docs/pictures/ anew, in Chromium."""

import sys
import tempfile
from pathlib import Path

from scripts.checkout import ROOT, Refused
from scripts.local.emulator import free_port
from tests.browser import browsers
from tests.browser.conftest import PAGES_ID, on_pages
from tests.support.local_stage import deployed

FOLDER = ROOT / "docs" / "pictures"


def main() -> None:
    origins = f"http://localhost:{free_port()}", f"http://localhost:{free_port()}"
    FOLDER.mkdir(exist_ok=True)
    try:
        executable = browsers.chromium()
        with (tempfile.TemporaryDirectory() as folder,
              deployed(Path(folder), PAGES_ID, {"displayName": "Example"}) as stack):
            [report] = on_pages(executable, origins, stack).run(
                {"scenario": "pages_pictures", "folder": str(FOLDER)})
    except (browsers.NotHere, Refused) as reason:
        sys.exit(str(reason))
    # It says why a picture is missing.
    assert report["names"]
    print(f"The pictures are in {FOLDER.relative_to(ROOT)}.")


if __name__ == "__main__":
    main()
