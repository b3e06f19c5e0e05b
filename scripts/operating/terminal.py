"""What a table says, on a terminal: another program may have written it there."""


def printable(text: str) -> str:
    return text if text.isprintable() else ascii(text)
