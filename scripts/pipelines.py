"""Write pipelines.gocd.yaml, a pipeline for each function of serverless.yml: `make pipelines`."""

import sys

from scripts import serverless_yml
from scripts.checkout import ROOT, Refused
from scripts.gocd import document

FILE = ROOT / "pipelines.gocd.yaml"


def text() -> str:
    """Return pipelines.gocd.yaml as it should be."""
    return document.text(serverless_yml.modules(serverless_yml.load()["functions"]))


def main() -> None:
    try:
        FILE.write_text(text(), encoding="utf-8")
    except Refused as refusal:
        sys.exit(str(refusal))


if __name__ == "__main__":
    main()
