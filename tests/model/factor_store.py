"""What is stored of one account, for the model of its factors: identity, factors and sessions, and
what each request of the store does to them.

The conditions are those of shared.stores.factors and shared.stores.identities. A write names its
writer, by which it recognises its own first try.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

OWN, FIRST_PASSWORD, NEW_PASSWORD = 0, "first", "new"
# The id of a second factor that is on from the beginning; that of a later one is its writer's.
FROM_THE_START = 99
OFF = 0
# The version of the password, the id of the second factor, and when it went off last.
Proofs = tuple[int, int, int]


class Identity(NamedTuple):
    """`password` is empty if there is none, and `set_by` its writer. `factor` is OFF or the id of
    the second factor, and `turned_off` the writer by whom it went off last."""

    password: str = FIRST_PASSWORD
    version: int = 0
    verified: bool = True
    factor: int = OFF
    set_by: int = 0
    turned_off: int = OFF

    @property
    def factors_id(self) -> int:
        return self.factor or self.turned_off

    @property
    def proofs(self) -> Proofs:
        return self.version, self.factor, self.turned_off


class Passkey(NamedTuple):
    """With the tickets that it has answered, and who has used it last."""

    name: str
    tickets: tuple[str, ...] = ()
    used_by: int = 0


class Session(NamedTuple):
    """Opened by the request of this number, OWN being the caller's. It is `strong` if more than a
    password was shown; `late` if its passkey was gone when it was stored. `by` names that passkey.
    """

    number: int
    strong: bool
    late: bool = False
    by: str = ""


class Stored(NamedTuple):
    """`app` is "", "begun" or "on"."""

    identity: Identity = Identity()
    passkeys: tuple[Passkey, ...] = ()
    app: str = ""
    sessions: tuple[Session, ...] = (Session(OWN, False),)

    def passkey(self, name: str) -> Passkey | None:
        return next((each for each in self.passkeys if each.name == name), None)

    @property
    def is_on(self) -> bool:
        return bool(self.passkeys) or self.app == "on"


class Call(NamedTuple):
    """A request of the store: a verb of VERBS and what it is about."""

    verb: str
    about: tuple[Any, ...] = ()

    @property
    def writes(self) -> bool:
        return self.verb not in READS


READS = frozenset({"identity", "factors", "passkey", "session", "sessions"})
# What the store answers: what was read, or whether a write took.
Response = Any
Done = tuple[Stored, Response]


def applied(call: Call, stored: Stored, writer: int, retried: bool = False) -> Done:
    """Return what is stored after `call`, and what is answered. Of a write that is `retried`, an
    earlier try took; of a transaction, DynamoDB remembers that by its token."""
    return VERBS[call.verb](stored, writer, retried, *call.about)


def _identity(stored: Stored, _writer: int, _retried: bool) -> Done:
    return stored, stored.identity


def _factors(stored: Stored, _writer: int, _retried: bool) -> Done:
    return stored, (tuple(each.name for each in stored.passkeys), stored.app)


def _passkey(stored: Stored, _writer: int, _retried: bool, name: str) -> Done:
    return stored, stored.passkey(name)


def _session(stored: Stored, _writer: int, _retried: bool, number: int) -> Done:
    return stored, any(each.number == number for each in stored.sessions)


def _sessions(stored: Stored, _writer: int, _retried: bool) -> Done:
    return stored, tuple((each.number, each.strong, each.by) for each in stored.sessions)


def _put(stored: Stored, writer: int, retried: bool, strong: bool, name: str) -> Done:
    if retried:
        return stored, True
    session = Session(writer, strong, bool(name) and stored.passkey(name) is None, name)
    others = tuple(each for each in stored.sessions if each.number != writer)
    return stored._replace(sessions=(*others, session)), True


def _withdraw(stored: Stored, writer: int, retried: bool) -> Done:
    return _end(stored, writer, retried, writer)


def _end(stored: Stored, _writer: int, _retried: bool, *numbers: int) -> Done:
    return stored._replace(sessions=tuple(each for each in stored.sessions
                                          if each.number not in numbers)), True


def _record(stored: Stored, _writer: int, _retried: bool) -> Done:
    return stored._replace(sessions=tuple(
        each._replace(strong=True) if each.number == OWN else each
        for each in stored.sessions)), True


def _spend(stored: Stored, writer: int, _retried: bool, name: str, seen: tuple[str, ...],
           ticket: str) -> Done:
    present = stored.passkey(name)
    if present is None or present.tickets != seen:
        return stored, present is not None and present.used_by == writer
    return _with(stored, Passkey(name, (*seen, ticket), writer)), True


def _use(stored: Stored, writer: int, _retried: bool, name: str) -> Done:
    """Of a flawed variant: count the use, and do not remember the ticket."""
    present = stored.passkey(name)
    return stored, present is not None


def _remember(stored: Stored, writer: int, _retried: bool, name: str, ticket: str) -> Done:
    present = stored.passkey(name)
    if present is None:
        return stored, False
    return _with(stored, Passkey(name, (*present.tickets, ticket), writer)), True


def _with(stored: Stored, passkey: Passkey) -> Stored:
    others = [each for each in stored.passkeys if each.name != passkey.name]
    return stored._replace(passkeys=tuple(sorted([*others, passkey])))


def _add(stored: Stored, writer: int, retried: bool, name: str, proofs: Proofs) -> Done:
    if retried or stored.passkey(name) is not None or stored.identity.proofs != proofs:
        return stored, retried
    return _on(_with(stored, Passkey(name, (), writer)), writer), True


def _turn_on(stored: Stored, writer: int, retried: bool, proofs: Proofs) -> Done:
    if retried or stored.app != "begun" or stored.identity.proofs != proofs:
        return stored, retried
    return _on(stored._replace(app="on"), writer), True


def _on(stored: Stored, factor: int) -> Stored:
    return stored._replace(identity=stored.identity._replace(factor=factor))


def _remove(stored: Stored, writer: int, retried: bool, what: str,
            proofs: Proofs | None) -> Done:
    if retried or proofs is not None and stored.identity.proofs != proofs:
        return stored, retried
    return _on(_without(stored, what), writer), True


def _turn_off(stored: Stored, writer: int, retried: bool, whats: tuple[str, ...],
              proofs: Proofs | None) -> Done:
    if retried or proofs is not None and stored.identity.proofs != proofs:
        return stored, retried
    identity = stored.identity._replace(factor=OFF, turned_off=writer)
    return _without(stored, "app", *whats)._replace(identity=identity), True


def _delete(stored: Stored, _writer: int, _retried: bool, *whats: str) -> Done:
    """Of a flawed variant: delete factors, and leave the identity as it is."""
    return _without(stored, *whats), True


def _without(stored: Stored, *whats: str) -> Stored:
    return stored._replace(
        passkeys=tuple(each for each in stored.passkeys if each.name not in whats),
        app="" if "app" in whats else stored.app)


def _password(stored: Stored, writer: int, _retried: bool, seen: Identity) -> Done:
    """Store the new password, if the former is as it was seen; the second factor too, if the
    address was not verified."""
    present = stored.identity
    same = present.version == seen.version if seen.verified else present.proofs == seen.proofs
    if not same:
        return stored, present.set_by == writer
    return stored._replace(identity=Identity(
        NEW_PASSWORD, seen.version + 1, True, present.factor, writer, present.turned_off)), True


def _start_over(stored: Stored, writer: int, retried: bool, whats: tuple[str, ...],
                seen: Identity) -> Done:
    if retried or stored.identity.proofs != seen.proofs:
        return stored, retried
    changed, _ = _password(stored, writer, retried, seen)
    if stored.app == "on":
        return _on(_without(changed, *whats), writer), True
    identity = changed.identity._replace(factor=OFF, turned_off=writer)
    return _without(changed, "app", *whats)._replace(identity=identity), True


VERBS: dict[str, Callable[..., Done]] = {
    "identity": _identity, "factors": _factors, "passkey": _passkey, "session": _session,
    "sessions": _sessions, "put": _put, "withdraw": _withdraw, "end": _end, "record": _record,
    "spend": _spend, "use": _use, "remember": _remember, "add": _add, "turn_on": _turn_on,
    "remove": _remove, "turn_off": _turn_off, "delete": _delete, "password": _password,
    "start_over": _start_over}
