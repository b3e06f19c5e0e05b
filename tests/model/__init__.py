"""An explicit-state model of the session state machine, explored exhaustively within bounds.

`python -m tests.model --help` says what it can be asked.
"""
