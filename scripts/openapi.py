"""Write openapi.yaml (OpenAPI 3.1): `make openapi`; --check only says whether it is up to
date."""

import argparse
import sys

import yaml

from scripts.checkout import ROOT, Refused
from scripts.description.document import document

PAGE = ROOT / "openapi.yaml"
HEADER = """\
# Made by `make openapi` from serverless.yml, lambda_functions/, shared/errors.py, shared/gateway/
# and scripts/description/: change those, not this file.
"""


def text() -> str:
    """Return openapi.yaml as it should be."""
    body = yaml.safe_dump(document(), sort_keys=False, allow_unicode=True, width=100)
    return HEADER + body


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m scripts.openapi",
                                     description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="fail if openapi.yaml is out of date")
    checking = parser.parse_args(arguments).check
    try:
        written = text()
    except Refused as refusal:
        sys.exit(str(refusal))
    if not checking:
        PAGE.write_text(written, encoding="utf-8")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != written:
        print("openapi.yaml is not what the code says; run make openapi")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
