"""The JavaScript client as a project gets it: packed by npm, and installed without a network."""

import json
import subprocess
from pathlib import Path

from scripts.checkout import ROOT

CLIENT = ROOT / "clients" / "javascript"
TOOLS = CLIENT / "node_modules" / ".bin"
NPM = ("npm", "--no-audit", "--no-fund", "--update-notifier=false", "--loglevel=error", "--offline",
       "--ignore-scripts")


def pack(folder: Path) -> Path:
    """Return the package of what `make client-library` has built, made in `folder`."""
    done = subprocess.run([*NPM, "pack", f"--pack-destination={folder}"], cwd=CLIENT,
                          capture_output=True, text=True, check=True)
    return folder / done.stdout.strip()


def install(package: Path, folder: Path) -> Path:
    """Return `folder`, made a project that has nothing but the package."""
    folder.mkdir(exist_ok=True)
    (folder / "package.json").write_text(json.dumps({"type": "module"}), encoding="utf-8")
    subprocess.run([*NPM, "install", str(package)], cwd=folder, check=True)
    return folder
