"""The state machine of a session, and what applies it."""
