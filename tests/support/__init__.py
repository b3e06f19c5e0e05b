"""What the unit tests share: events, a clock, a cloud and the wire to it, a client application."""
