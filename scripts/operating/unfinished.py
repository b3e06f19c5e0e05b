"""What is said of an action on a person that breaks off half way."""

from collections.abc import Iterator
from contextlib import contextmanager

from scripts.checkout import Refused
from scripts.delivery import aws
from scripts.deployed_stage import reason
from shared.errors import NotFound, Unavailable


@contextmanager
def unfinished(action: str, left: str) -> Iterator[None]:
    """Say of an action that breaks off that it has to be typed again, and in which state it may
    have left the person."""
    again = f"{action} is not finished: {left} Run the same command again."
    try:
        yield
    except NotFound as error:
        raise Refused("The account was deleted meanwhile.") from error
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f"Interrupted. {again}") from None
    except Unavailable as failure:
        raise Refused(f"AWS did not answer, or not now ({failure.__cause__ or failure}). "
                      f"{again}") from failure
    except aws.FAILURES as failure:
        raise Refused(f"{reason(failure)} {again}") from failure
