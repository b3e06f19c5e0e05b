"""What the model knows of the world at one moment, and what it holds to be the same moment.

Time is whole seconds since the sign-in was sent, and advances by whole ticks. States are plain
tuples of integers, so that they hash, compare and sort.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from shared.callers import Assurance
from shared.sessions.state import BY_PASSWORD, Lifetimes, Proven, Session

NEVER = -1
FOREVER = 1_000_000
USER_ID, SESSION_ID, CLIENT_ID = "user", "session", "app"


class Pair(NamedTuple):
    """An access and a refresh token: their claims are a function of these two."""

    generation: int
    refreshed_at: int


class Made(NamedTuple):
    """A proof of possession: a number that tells it from the others in play, and when it was made,
    by the client's clock."""

    number: int
    issued_at: int


# What a bearer sends; a proof by a key of the thief's own; and a bound token sent as a bearer's.
NO_PROOF, FOREIGN, WITHHELD = Made(0, NEVER), Made(-1, NEVER), Made(-2, NEVER)


# How the requests that show again who their user is do that (RFC 8176): a step-up by the password
# or by a code, and the confirmation of a second factor.
SHOWS = {"password": "pwd", "code": "otp", "enrol": "otp"}
# What the sign-in has shown.
AT_SIGN_IN = Assurance(0, *BY_PASSWORD)


class Item(NamedTuple):
    """The stored session; `acknowledged_at` is NEVER while it is absent, `proof` the number of the
    proof with which it was refreshed last, and `shown` how its user has shown who they are."""

    generation: int
    refreshed_at: int
    acknowledged_at: int
    proof: int = NO_PROOF.number
    shown: Assurance = AT_SIGN_IN


MaybeItem = Item | tuple[()]


class Response(NamedTuple):
    """What a store call answered: whether it was applied, and the item as it stands."""

    applied: bool
    item: MaybeItem


# The answer to a look at an account that is not blocked. Where nobody blocks it, that is no step.
OPEN = Response(False, ())
FIRST = Pair(0, 0)
MaybePair = Pair | tuple[()]


class Message(NamedTuple):
    """A request on its way ("request"), at the server ("working"), its answer on the way
    back ("answer"), a first try of a write that is still on the network ("behind"), or a copy of
    a request in the hands of a thief ("captured").

    `pair` is the one presented (by a sign-in, the one that it asks for), in an answer the one
    granted; `since` is when the request
    or the answer was sent; `now` is the server's clock when the request arrived;
    `responses` are those of the store so far; `retried` tells that the pending write was
    applied before; `spent` that the pair was spent when the request arrived; `proof` is what was
    sent with it.
    """

    phase: str
    sender: str
    kind: str
    pair: Pair
    since: int
    now: int = NEVER
    responses: tuple[Response, ...] = ()
    retried: bool = False
    spent: bool = False
    proof: Made = NO_PROOF


class State(NamedTuple):
    """`held` is the newest pair of the honest client, `stolen` the thief's; `created` tells that
    the sign-in's write was applied, which DynamoDB remembers by its token; `used_at` is when
    the first authorized call of the present generation was answered; `excused` tells that
    the honest client has no claim to be signed in: it signed out, its sessions were ended
    elsewhere, or a thief has acted; `block` is how far operators are with a block of the
    account."""

    now: int
    item: MaybeItem
    created: bool
    held: MaybePair
    stolen: MaybePair
    used_at: int
    excused: bool
    messages: tuple[Message, ...]
    block: int = 0


# A block ends all sessions, then lets none open, then ends all that were opened meanwhile.
SWEPT, BLOCKED, DONE = 1, 2, 3


@dataclass(frozen=True)
class Bounds:
    """How far to look: lifetimes in seconds, how many messages there are at once, whether there
    is a thief with a copy of the pair (and the use of the key, if there is one), by which requests
    the client `steps_up`, whether operators block the account, whether the network delivers
    requests and writes twice, on top of losing and reordering them, whether the client keeps its
    newest pair or that of the last answer, and whether the store remembers the sign-in's write when
    another try of it comes. Sessions may be `bound` to a key: then a thief
    without it keeps copies of so many requests, and the client's clock is off by one of these
    numbers of seconds each time. A tick has so many seconds. Where sessions expire, the clock stops
    one tick later; else never."""

    lifetimes: Lifetimes
    messages: int
    thief: bool = False
    steps_up: tuple[str, ...] = ()
    blocks: bool = False
    doubles: bool = True
    keeps_newest: bool = True
    remembers: bool = True
    bound: bool = False
    captures: int = 0
    clock_errors: tuple[int, ...] = (0,)
    tick: int = 1

    @property
    def expires(self) -> bool:
        return self.lifetimes.session_absolute_seconds < FOREVER

    @property
    def last_tick(self) -> int:
        return self.lifetimes.session_absolute_seconds + self.tick


def initial(bounds: Bounds) -> State:
    """Return the moment at which a right sign-in is about to look at the account, or else to store
    its session."""
    sign_in = Message("working", "tab", "open", FIRST, since=0, now=0,
                      responses=() if bounds.blocks else (OPEN,))
    return State(0, (), False, (), (), NEVER, False, (sign_in,))


def proof_id(number: int) -> str:
    """Return what the service would remember of the proof with this number."""
    return f"proof-{number}" if number else ""


@lru_cache(maxsize=None)
def session(item: Item, lifetimes: Lifetimes) -> Session:
    """Return the domain object that `item` stands for."""
    acknowledged_at = None if item.acknowledged_at == NEVER else item.acknowledged_at
    auth_time, amr, acr = item.shown
    return Session(USER_ID, SESSION_ID, CLIENT_ID, item.generation, 0, item.refreshed_at,
                   lifetimes.session_absolute_seconds, auth_time, Proven(amr, acr),
                   acknowledged_at, proof_id=proof_id(item.proof))


@lru_cache(maxsize=None)
def is_live(item: Item, now: int, lifetimes: Lifetimes) -> bool:
    """Whether the session of `item` is within its idle and absolute lifetimes."""
    return lifetimes.is_live(session(item, lifetimes), now)


@lru_cache(maxsize=None)
def expiries(pair: Pair, lifetimes: Lifetimes) -> tuple[int, int]:
    """Return when the access token and the refresh token of `pair` expire."""
    minted = session(Item(pair.generation, pair.refreshed_at, NEVER), lifetimes)
    return lifetimes.access_expires_at(minted), lifetimes.refresh_expires_at(minted)
