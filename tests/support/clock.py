"""A clock that stands still until a test moves it."""

NOW = 1_800_000_000  # 2027-01-15T08:00:00Z


class Clock:
    """Called, it returns epoch seconds."""

    def __init__(self, now: int = NOW) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now

    def advance(self, seconds: int) -> None:
        self.now += seconds
