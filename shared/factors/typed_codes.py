"""Codes as they are typed and pasted: with blanks, dashes and line ends of many kinds around and
between their characters, or in the wide forms of East Asian keyboards."""

import unicodedata


def characters(code: str) -> str:
    """Return the letters and digits of a code, in their usual forms (NFKC)."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", code)))
