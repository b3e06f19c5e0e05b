"""The tests, and the programs among them, which begin and end like those of scripts/."""

import scripts as _beginning  # noqa: F401
