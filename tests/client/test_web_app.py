"""The example of an application that signs people in through the account pages."""

import re
import subprocess

from scripts.checkout import ROOT
from tests.docs.pages import page
from tests.support.client_package import TOOLS

EXAMPLE = ROOT / "examples" / "web-app"
README = page("examples/web-app/README.md")
SCRIPT = (EXAMPLE / "app.mjs").read_text(encoding="utf-8")
HTML = (EXAMPLE / "index.html").read_text(encoding="utf-8")
MOST_LINES = 40


def commands() -> str:
    [block] = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    return str(block).replace("\\\n", " ")


def built() -> str:
    """Return what its page loads, built as its own page says."""
    [build] = [line.split() for line in commands().splitlines() if "esbuild" in line]
    options = [word for word in build[1:] if not word.startswith(("--outdir", "--serve"))]
    return subprocess.run([TOOLS / "esbuild", *options], cwd=ROOT, capture_output=True, text=True,
                          check=True).stdout


def test_it_is_small() -> None:
    assert len(SCRIPT.splitlines()) + len(HTML.splitlines()) <= MOST_LINES


def test_it_builds_without_a_project_around_it() -> None:
    assert "/account/" in built()


def test_its_page_has_what_the_script_looks_for() -> None:
    looked_for = set(re.findall(r'part\("([a-z-]+)"\)', SCRIPT))

    assert looked_for == set(re.findall(r'id="([a-z-]+)"', HTML))
    assert re.findall(r'src="(.+?)"', HTML) == ["app.js"]


def test_it_is_registered_under_the_id_and_address_that_it_has() -> None:
    said = dict(re.findall(r"(ID|REDIRECT_URIS)=(\S+)", commands()))
    [port] = re.findall(r"--serve=127\.0\.0\.1:(\d+)", commands())

    assert f'clientId: "{said["ID"]}"' in SCRIPT
    assert said["REDIRECT_URIS"] == f"http://localhost:{port}/"
    assert f"<{said['REDIRECT_URIS']}>" in README
