"""Zips of ping, good and bad, kept as packaging keeps them."""

import hashlib
import zipfile
from dataclasses import dataclass
from pathlib import Path

HANDLER = "lambda_functions/ping.py"
ANSWER = """\
import json
BODY = {body!r}
def handler(event, context):
    return {{"statusCode": {status}, "body": json.dumps(BODY)}}
"""
BROKEN = {
    "an import that fails": "import no_such_module\n",
    "no handler": "x = 1\n",
    "an end of its own": "import os\nos._exit(3)\n",
    "a handler that raises": "def handler(event, context):\n    raise ValueError('no')\n",
    "an answer of 500": ANSWER.format(body={}, status=500),
}


@dataclass(frozen=True, slots=True)
class Zips:
    """Each method returns the folder that DIST names."""

    folder: Path

    def good(self, build: int = 1) -> Path:
        """Return a zip that says pong; each build has its own sha256."""
        return self.of(f"# build {build}\n" + ANSWER.format(body={"message": "pong"}, status=200))

    def wrong(self) -> Path:
        """Return a zip that starts, and says something else."""
        return self.of(ANSWER.format(body={"message": "pang"}, status=200))

    def of(self, source: str) -> Path:
        dist = self.folder / hashlib.sha256(source.encode()).hexdigest()[:12] / "host"
        dist.mkdir(parents=True, exist_ok=True)
        path = dist / "ping.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(zipfile.ZipInfo("lambda_functions/__init__.py"), "")
            archive.writestr(zipfile.ZipInfo(HANDLER), source)
        (dist / f"{path.name}.sha256").write_text(f"{sha256(dist)}  {path.name}\n")
        return dist


def sha256(dist: Path) -> str:
    return hashlib.sha256((dist / "ping.zip").read_bytes()).hexdigest()
