"""The checkout that the programs work in, and the one way in which each of them refuses."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DIST = ROOT / "dist"
OSLS = ROOT / "node_modules" / ".bin" / "osls"


class Refused(Exception):
    """A program will not go on; the text says why, and what to do."""
