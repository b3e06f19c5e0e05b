"""The formats of tokens."""
