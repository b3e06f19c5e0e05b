"""Codes as they are typed and pasted: with blanks, dashes and line ends of many kinds around and
between their characters, in the wide forms of East Asian keyboards, or with the digits of another
script."""

import unicodedata


def characters(code: str) -> str:
    """Return the letters and digits of a code, in their usual forms (NFKC); the decimal digits of
    all scripts, such as Arabic ones, as 0 to 9."""
    usual = filter(str.isalnum, unicodedata.normalize("NFKC", code))
    return "".join(str(unicodedata.decimal(character, character)) for character in usual)
