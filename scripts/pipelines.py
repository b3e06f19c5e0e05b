"""Write pipelines.gocd.yaml, a pipeline for each function of serverless.yml: `make pipelines`."""

import sys

from scripts import package, serverless_yml
from scripts.checkout import ROOT, Refused
from scripts.gocd import document

FILE = ROOT / "pipelines.gocd.yaml"


def text() -> str:
    """Return pipelines.gocd.yaml as it should be."""
    modules = package.functions()
    functions = list(serverless_yml.load()["functions"])
    if missing := [name for name in functions if name not in modules]:
        raise Refused(f"serverless.yml has {', '.join(missing)}, and lambda_functions/ has no "
                      "module of that name.")
    return document.text({name: modules[name] for name in functions})


def main() -> None:
    try:
        FILE.write_text(text(), encoding="utf-8")
    except Refused as refusal:
        sys.exit(str(refusal))


if __name__ == "__main__":
    main()
