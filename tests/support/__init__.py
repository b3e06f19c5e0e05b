"""What the unit tests share: events, a clock, a cloud in memory, a client application."""
