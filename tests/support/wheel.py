"""A distribution that pip can install, or build, without a registry."""

import hashlib
import io
import tarfile
import zipfile
from pathlib import Path

FILES = {
    "thing.py": "",
    "thing-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: thing\nVersion: 1.0\n",
    "thing-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nGenerator: test\n"
                                 "Root-Is-Purelib: true\nTag: py3-none-any\n",
    "thing-1.0.dist-info/RECORD": "",
}
# Its source builds without any other distribution.
SOURCE = {
    "thing-1.0/pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "backend"\n'
                                'backend-path = ["."]\n',
    "thing-1.0/backend.py": f"""
from pathlib import Path
def prepare_metadata_for_build_wheel(folder, settings=None):
    path = Path(folder, "thing-1.0.dist-info")
    path.mkdir()
    (path / "METADATA").write_text({FILES["thing-1.0.dist-info/METADATA"]!r})
    return path.name
def build_wheel(*_):
    raise NotImplementedError
""",
}


def make_thing(folder: Path) -> str:
    """Write `thing` 1.0 into `folder`; return the line of a locked list that pins it."""
    folder.mkdir()
    path = folder / "thing-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in FILES.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return _pin(path)


def make_source(folder: Path) -> str:
    """The same, of a `thing` that is to be built."""
    folder.mkdir()
    path = folder / "thing-1.0.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name, content in SOURCE.items():
            about = tarfile.TarInfo(name)
            about.size = len(content)
            archive.addfile(about, io.BytesIO(content.encode()))
    return _pin(path)


def _pin(path: Path) -> str:
    return f"thing==1.0 --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"
