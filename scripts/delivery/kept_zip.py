"""The zip of a function, as one build kept it with its sha256."""

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path

from scripts.checkout import Refused


@dataclass(frozen=True, slots=True)
class KeptZip:
    """`sha256` is in hexadecimal, as in the .sha256 file beside the zip."""

    function: str
    path: Path
    sha256: str

    @property
    def code_sha256(self) -> str:
        """The same sum as Lambda states it."""
        return base64.b64encode(bytes.fromhex(self.sha256)).decode()


def kept_zip(dist: Path, function: str) -> KeptZip:
    """Return the function's zip in `dist`; raise Refused if it is not what was kept."""
    path = dist / f"{function}.zip"
    noted = dist / f"{function}.zip.sha256"
    if not path.is_file() or not noted.is_file():
        raise Refused(f"{path} or its .sha256 is not there; `make package FUNCTION={function}` "
                      "builds them, and in a pipeline they are fetched.")
    expected = noted.read_text().split()[0]
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != expected:
        raise Refused(f"{path} has the sha256 {found}, and was kept with {expected}; "
                      "it is not the zip that was tested.")
    return KeptZip(function, path, found)
