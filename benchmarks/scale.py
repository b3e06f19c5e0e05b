"""x"""


def run(most: int, publish: bool) -> None:
    pass
