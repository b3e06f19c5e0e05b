"""TypeScript's compiler, as strict as a project can set it."""

import subprocess
from pathlib import Path

from tests.support.client_package import TOOLS


def compiled(folder: Path, *files: Path, module: str = "nodenext", resolution: str = "nodenext"
             ) -> str:
    """Return what the compiler says against the files; nothing if all is well."""
    return subprocess.run(
        [TOOLS / "tsc", "--noEmit", "--strict", "--exactOptionalPropertyTypes",
         "--skipLibCheck", "false", "--lib", "es2022,dom,dom.iterable",
         "--target", "es2022", "--module", module, "--moduleResolution", resolution, *files],
        cwd=folder, capture_output=True, text=True).stdout
