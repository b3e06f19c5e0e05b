"""How a program ends when it was interrupted, nobody reads it, or the machine does not let it.

It says so in one sentence. What we did not foresee keeps its traceback: it is a defect of ours.
"""

import atexit
import os
import subprocess
import sys
import traceback
from types import TracebackType
from typing import Optional, Type


def sentence(error: BaseException) -> Optional[str]:
    """Return what to say of an error; empty to say nothing, None if only a traceback will do."""
    from scripts.checkout import Refused
    if isinstance(error, Refused):
        return str(error)
    if isinstance(error, KeyboardInterrupt):
        return str(error) or "Interrupted."
    if isinstance(error, subprocess.CalledProcessError):
        return _of_command(error)
    if isinstance(error, ModuleNotFoundError):
        return "There is no Python package %s here; start programs by make, or by " \
               ".venv/bin/python, which has what they need." % error.name
    return _of_system(error) if isinstance(error, OSError) else None


def _of_command(error: subprocess.CalledProcessError) -> str:
    words = [error.cmd] if isinstance(error.cmd, str) else [str(word) for word in error.cmd]
    said = error.stderr or error.stdout or ""
    said = said.decode(errors="replace") if isinstance(said, bytes) else said
    return "%s failed: %s" % (" ".join(words[:4]), said.strip() or "what it says is above.")


def _of_system(error: OSError) -> str:
    if isinstance(error, BrokenPipeError):
        return ""
    reason = error.strerror or str(error)
    return "%s cannot be used: %s." % (error.filename, reason) if error.filename else \
        "This machine refuses: %s." % reason


def _speak(kind: Type[BaseException], error: BaseException,
           trace: Optional[TracebackType]) -> None:
    said = sentence(error)
    if said is None:
        traceback.print_exception(kind, error, trace)
    else:
        _print(said)
        if _unwritten():
            silence()


def _unwritten() -> Optional[OSError]:
    """Return why the end of the output cannot be written, None if it can be."""
    try:
        if sys.stdout is not None and not sys.stdout.closed:
            sys.stdout.flush()
    except OSError as error:
        return error
    return None


def _flush() -> None:
    """What was printed last is written now, when it is too late to raise."""
    error = _unwritten()
    if error:
        _print(_of_system(error))
        # Python would try once more, and complain in words of its own.
        os._exit(1)


def silence() -> None:
    """Let what is still printed go nowhere, because nobody reads it any more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _print(said: str) -> None:
    try:
        if said:
            print(said, file=sys.stderr, flush=True)
    except OSError:
        pass


def install() -> None:
    """Let this process end like that, and print each character on any terminal."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    sys.excepthook = _speak
    atexit.register(_flush)
