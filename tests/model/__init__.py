"""Explicit-state models of the session state machine and, in the modules that begin with `factor`,
of the factors of an account, explored exhaustively within bounds.

`python -m tests.model --help` says what that of sessions can be asked.
"""
