"""The state machine of a session, and what puts it to work."""
