"""The requests of the model of factors: what each asks of the store, one after the other, and how
it is answered.

They are written down here once more, with flaws that they can have. What a request asks is compared
to what the handlers do by test_factor_traces.
"""

from collections.abc import Callable, Generator
from functools import lru_cache
from typing import NamedTuple

from tests.model.factor_store import (FIRST_PASSWORD, NEW_PASSWORD, OWN, Call, Identity, Response)

Work = Generator[Call, Response, str]
MAX_LOOKS = 5


class Request(NamedTuple):
    """A request of one kind: `about` a passkey, with a `ticket` or, to add one, `bound` to what the
    second factor was. `strong` says of the caller's token that more than a password was shown."""

    kind: str
    about: str = ""
    ticket: str = ""
    bound: int = 0
    strong: bool = False


@lru_cache(maxsize=None)
def step(request: Request, flaw: str, responses: tuple[Response, ...]) -> Call | str:
    """Return what a request does once the store has given `responses`: its next call, or how it was
    answered."""
    work: Work = KINDS[request.kind](request, flaw)
    try:
        waiting = next(work)
        for response in responses:
            waiting = work.send(response)
    except StopIteration as finished:
        answer: str = finished.value
        return answer
    return waiting


def _trusted(request: Request) -> Generator[Call, Response, tuple[Identity, str]]:
    """Return the identity of the caller, and what they are refused with."""
    identity: Identity = yield Call("identity")
    if identity.factor and not request.strong:
        yield Call("factors")
        return identity, "reauthentication_required"
    is_live = yield Call("session", (OWN,))
    return identity, "" if is_live else "unauthorized"


def _sweep(keep: int | None = None) -> Generator[Call, Response, None]:
    yield from _end_those(lambda number, strong, by: number != keep)


def _sweep_weak() -> Generator[Call, Response, None]:
    yield from _end_those(lambda number, strong, by: not strong and number != OWN)


def _sweep_passkeys(flaw: str) -> Generator[Call, Response, None]:
    if flaw != "a removal that sweeps nothing":
        yield from _end_those(lambda number, strong, by: bool(by) and number != OWN)


def _end_those(are_meant: Callable[[int, bool, str], bool]) -> Generator[Call, Response, None]:
    """In two rounds, unless the first finds none."""
    for _ in range(2):
        found = yield Call("sessions")
        ends = tuple(each[0] for each in found if are_meant(*each))
        if not ends:
            return
        yield Call("end", ends)


def _add_passkey(request: Request, flaw: str) -> Work:
    identity, refusal = yield from _trusted(request)
    if refusal:
        return refusal
    passkeys, _ = yield Call("factors")
    if request.about in passkeys:
        yield from _sweep_weak()
        return "factor_exists"
    is_forgetful = flaw == "a ticket that comes back to life"
    if request.bound != (identity.factor if is_forgetful else identity.factors_id):
        return "invalid_ticket"
    return (yield from _add(identity, Call("add", (request.about, identity.proofs)),
                            "unavailable"))


def _add_app(request: Request, flaw: str) -> Work:
    identity, refusal = yield from _trusted(request)
    if refusal:
        return refusal
    _, app = yield Call("factors")
    if not app:
        return "not_found"
    if app == "on":
        yield from _sweep_weak()
        return "factor_exists"
    return (yield from _add(identity, Call("turn_on", (identity.proofs,)), "unavailable"))


def _add(identity: Identity, write: Call, lost: str) -> Work:
    if not identity.factor:
        yield from _sweep(OWN)
    if not (yield write):
        return lost
    if (yield Call("session", (OWN,))):
        yield Call("record")
    if not identity.factor:
        yield from _sweep(OWN)
    return "added"


def _remove_passkey(request: Request, flaw: str) -> Work:
    identity, refusal = yield from _trusted(request)
    if refusal:
        return refusal
    passkeys, app = yield Call("factors")
    others = tuple(name for name in passkeys if name != request.about)
    if request.about in passkeys and not others and not identity.password:
        return "last_way_in"
    yield from _sweep_passkeys(flaw)
    if request.about not in passkeys:
        return "not_found"
    answer = yield from _remove(request.about, identity, passkeys, not others and app != "on",
                                flaw)
    if answer == "removed":
        yield from _sweep_passkeys(flaw)
    return answer


def _remove_app(request: Request, flaw: str) -> Work:
    identity, refusal = yield from _trusted(request)
    if refusal:
        return refusal
    passkeys, app = yield Call("factors")
    if not app:
        return "not_found"
    return (yield from _remove("app", identity, passkeys, not passkeys, flaw))


def _remove(what: str, identity: Identity, passkeys: tuple[str, ...], is_last: bool, flaw: str
            ) -> Work:
    if flaw == "looks, then deletes":
        yield Call("delete", (what,))
        if is_last:
            yield Call("turn_off", (passkeys, None))
        return "removed"
    proofs = None if flaw == "no condition on the identity" else identity.proofs
    took = yield (Call("turn_off", (passkeys, proofs)) if is_last else
                  Call("remove", (what, proofs)))
    return "removed" if took else "unavailable"


def _password_sign_in(request: Request, flaw: str) -> Work:
    identity: Identity = yield Call("identity")
    if identity.password != FIRST_PASSWORD:
        return "bad_credentials"
    if identity.factor:
        yield Call("factors")
        return "second_factor_required"
    yield Call("put", (False, ""))
    if flaw != "no look after a password's session is stored":
        present: Identity = yield Call("identity")
        if (present.version, present.factor) != (identity.version, identity.factor):
            yield Call("withdraw")
            return "bad_credentials"
    yield Call("sessions")
    return "signed_in"


def _passkey_sign_in(request: Request, flaw: str) -> Work:
    passkey = yield Call("passkey", (request.about,))
    if passkey is None:
        return "unknown_passkey"
    if request.ticket in passkey.tickets:
        return "invalid_ticket"
    identity: Identity = yield Call("identity")
    if not identity.factor:
        return "invalid_passkey"
    refusal = yield from _spent(request, passkey.tickets, flaw)
    if refusal:
        return refusal
    yield Call("put", (True, request.about))
    if flaw != "no look after the session is stored":
        if (yield Call("passkey", (request.about,))) is None:
            yield Call("withdraw")
            return "unknown_passkey"
    yield Call("sessions")
    return "signed_in"


def _spent(request: Request, seen: tuple[str, ...], flaw: str) -> Work:
    for _ in range(MAX_LOOKS):
        if request.ticket in seen:
            return "invalid_ticket"
        if flaw == "the ticket is remembered by a second write":
            took = yield Call("use", (request.about,))
            if took:
                yield Call("remember", (request.about, request.ticket))
        else:
            took = yield Call("spend", (request.about, seen, request.ticket))
        if took:
            return ""
        present = yield Call("passkey", (request.about,))
        if present is None:
            return "unknown_passkey"
        seen = present.tickets
    return "unavailable"


def _reset(request: Request, flaw: str) -> Work:
    """By a link that was mailed while the password was the first."""
    identity: Identity = yield Call("identity")
    took = False
    if identity.version == 0:
        yield from _sweep()
        strangers = () if identity.verified or not identity.factor else (yield Call("factors"))[0]
        if strangers:
            took = yield from _start_over(identity, strangers, flaw)
        else:
            took = yield Call("password", (identity,))
    if not took:
        present: Identity = yield Call("identity")
        if present.password != NEW_PASSWORD:
            return "invalid_link"
    yield from _sweep()
    return "reset"


def _start_over(identity: Identity, passkeys: tuple[str, ...], flaw: str
                ) -> Generator[Call, Response, bool]:
    if flaw == "a reset in two writes":
        yield Call("delete", ("app", *passkeys))
        return bool((yield Call("password", (identity,))))
    return bool((yield Call("start_over", (passkeys, identity))))


KINDS = {"add passkey": _add_passkey, "add app": _add_app, "remove passkey": _remove_passkey,
         "remove app": _remove_app, "sign in by password": _password_sign_in,
         "sign in by passkey": _passkey_sign_in, "reset": _reset}
