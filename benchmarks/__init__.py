"""Measures what the functions cost: time, memory, request units, money."""

import scripts as _beginning  # noqa: F401  # begins and ends like the programs there
