"""Write pipelines.gocd.yaml, a pipeline for each function of serverless.yml: `make pipelines`."""

import sys

from scripts import included, serverless_yml
from scripts.checkout import ROOT, Refused
from scripts.gocd import document

FILE = ROOT / "pipelines.gocd.yaml"


def text() -> str:
    """Return pipelines.gocd.yaml as it should be."""
    modules = serverless_yml.modules(serverless_yml.load()["functions"])
    return document.text({name: included.patterns(module) for name, module in modules.items()})


def main() -> None:
    try:
        FILE.write_text(text(), encoding="utf-8")
    except (Refused, ValueError) as refusal:
        sys.exit(str(refusal))


if __name__ == "__main__":
    main()
