"""Attacks on the handlers: forged tokens, and hostile text from public collections."""
