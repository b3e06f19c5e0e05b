"""The real handlers over a store, led along a walk of the model of factors, one request of the
store after the other."""

import threading
from base64 import b32encode
from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any

from shared.accounts.passkey_enrolment import made_passkey
from shared.callers import Caller, SentPasskey
from shared.factors.factors import RECOVERY, TOTP, Factors, RecoveryCodes, Totp, about
from shared.factors.passkeys import Passkey, passkey_id
from shared.gateway.passkey_bodies import flat
from shared.identities import EMAIL_ADDRESS, Account, Identity
from shared.sessions.state import proven_by
from shared.factors.passkeys import is_passkey
from shared.tokens.ceremonies import LIFETIME_SECONDS, Ceremony, Purpose
from shared.tokens.mail_tokens import MailClaims
from shared.tokens.mail_tokens import Purpose as LinkPurpose
from shared.wiring.services import Services
from tests.dynamodb_local.handlers_alone import HandlersAlone, claims
from tests.model.factor_model import Scene, Step
from tests.model.factor_requests import Request
from tests.model.factor_store import OFF, Stored
from tests.support.account_owner import NEW_PASSWORD
from tests.support.application import CLIENT_ID, EMAIL, PASSWORD, Answer
from tests.support.authenticator import Device
from tests.support.clock import Clock
from tests.support.cloud import Cloud
from tests.support.interleaving import Turn
from tests.support.mail import MAIL, Courier, Outbox, with_mail
from tests.support.second_factors import CodeApp

USER_ID, FIRST_ID = "u-ada", "f-0"
TABLES = ("users", "identities", "factors", "sessions", "attempts", "clients")
# The other tables are of no account's factors.
MODELLED = ('"identities"', '"factors"', '"sessions"')
SECRET = b"twenty bytes of it.."
SUCCESSES = {"add passkey": "added", "add app": "added", "remove passkey": "removed",
             "remove app": "removed", "reset": "reset"}
Sent = Mapping[str, Any]


class OneOf(HandlersAlone):
    """An application whose access token says of its user that they have shown enough, or not."""

    is_strong = False

    def principal_of(self, method: str, path: str, headers: Mapping[str, str]) -> dict[str, Any]:
        amr, acr = proven_by("pwd", *(["otp"] if self.is_strong else []))
        return super().principal_of(method, path, headers) | {"amr": " ".join(amr), "acr": acr}


class RealAccount:
    """It begins as the scene does; `follow` takes one step and compares all that shows."""

    def __init__(self, cloud: Cloud, scene: Scene) -> None:
        self._cloud, self._scene, self._stored = cloud, scene, scene.stored
        for table in TABLES:
            cloud.drop(table)
        self._services = _services(cloud)
        self._devices = {name: Device(counts=False) for name in "abc"}
        self._names: dict[str, str] = {}
        # The same request, sent twice, has the same ticket and the same answer.
        self._add, self._answer = cache(self._made), cache(self._answered)
        self._own = self._begin(scene.stored)
        self._answers: dict[int, Answer] = {}
        self._turns = [Turn(partial(self._run, at, self._job(request)))
                       for at, request in enumerate(scene.requests)]
        self._by_thread = {turn.thread: turn for turn in self._turns}
        cloud.dynamodb.meta.events.register("before-call", self._wait)
        for turn in self._turns:
            turn.start()

    def follow(self, step: Step) -> None:
        """Let the request go on as the model did; AssertionError if something else comes of it."""
        turn = self._turns[step.at]
        turn.step()
        assert turn.error is None, turn.error
        answer = step.state.courses[step.at].answer
        assert turn.has_ended is bool(answer)
        if answer:
            kind = self._scene.requests[step.at].kind
            assert _name(self._answers[step.at], SUCCESSES.get(kind, "signed_in")) == answer
        # Reads change nothing, as the next write shows.
        if answer or step.state.stored != self._stored:
            self._stored = step.state.stored
            assert self._seen() == _seen_in(self._stored)

    def close(self) -> None:
        self._cloud.dynamodb.meta.events.unregister("before-call", self._wait)
        assert all(turn.has_ended for turn in self._turns)

    def _wait(self, params: Mapping[str, Any], **_: object) -> None:
        turn = self._by_thread.get(threading.current_thread())
        if turn and any(table in str(params["body"]) for table in MODELLED):
            turn.before_request()

    def _run(self, at: int, job: Callable[[], Answer]) -> None:
        self._answers[at] = job()

    def _begin(self, stored: Stored) -> str:
        """Store what the scene begins with, and return the access token of the caller's session."""
        services, now = self._services, self._services.now()
        password = services.passwords.hash(PASSWORD) if stored.identity.password else None
        identity = Identity(EMAIL_ADDRESS, EMAIL, USER_ID, password, now,
                            verified=stored.identity.verified,
                            second_factor=FIRST_ID if stored.identity.factor else "")
        account = Account(USER_ID, EMAIL, now)
        services.factor_store.create(account, identity, Factors(
            self._app(stored.app), self._codes() if stored.is_on else None,
            tuple(self._passkey(passkey.name) for passkey in stored.passkeys)))
        [own] = stored.sessions
        proven = proven_by("pwd", *(["otp"] if own.strong else []))
        return services.sessions.open(account, proven, Caller(CLIENT_ID), lambda _: None
                                      )[1].access_token

    def _app(self, state: str) -> Totp | None:
        if not state:
            return None
        sealed = self._services.sealer.seal(SECRET, about(USER_ID, TOTP))
        now = self._services.now()
        return Totp(USER_ID, sealed, now, now if state == "on" else None)

    def _codes(self) -> RecoveryCodes:
        return self._services.recovery_sets.new(USER_ID)[0]

    def _passkey(self, name: str) -> Passkey:
        ticket, credential = self._registered(name, "the ticket of an earlier day")
        return made_passkey(self._services.relying_party, USER_ID,
                            SentPasskey(ticket, flat(credential), name, ()),
                            self._services.now())

    def _registered(self, name: str, ticket: str) -> tuple[str, dict[str, Any]]:
        party = self._services.relying_party
        assert party
        credential = self._devices[name].make(
            party.creation_options(USER_ID, EMAIL, (), ticket, LIFETIME_SECONDS))
        self._names[passkey_id(credential["id"])] = name
        return ticket, credential

    def _made(self, name: str, bound: int) -> tuple[str, dict[str, Any]]:
        return self._registered(name, self._ticket(
            Purpose.ADD, "add", claims(self._own)["sid"], FIRST_ID if bound != OFF else ""))

    def _answered(self, name: str, number: str) -> tuple[str, dict[str, Any]]:
        ticket, party = self._ticket(Purpose.SIGN_IN, number), self._services.relying_party
        assert party
        options = party.request_options(None, ticket, LIFETIME_SECONDS)
        return ticket, self._devices[name].answer(options)

    def _ticket(self, purpose: Purpose, number: str, session_id: str = "", factor: str = "") -> str:
        return self._services.ceremonies.mint(Ceremony(
            number, purpose, CLIENT_ID, self._services.now() + LIFETIME_SECONDS,
            USER_ID if session_id else "", session_id, second_factor=factor))

    def _job(self, request: Request) -> Callable[[], Answer]:
        app = OneOf(_services(self._cloud))
        app.is_strong = request.strong
        name, own = request.about, self._own
        if request.kind == "add passkey":
            return partial(app.create_passkey, own, *self._add(name, request.bound))
        if request.kind == "add app":
            code = CodeApp(_base32(SECRET)).code(self._services.now())
            return partial(app.confirm_totp, own, code)
        if request.kind == "remove passkey":
            named = next((key for key, its in self._names.items() if its == name), "x" * 43)
            return partial(app.delete_passkey, own, named)
        if request.kind == "remove app":
            return partial(app.delete_totp, own)
        if request.kind == "sign in by passkey":
            return partial(app.passkey_session, *self._answer(name, request.ticket))
        if request.kind == "sign in by password":
            return partial(app.sign_in, EMAIL, PASSWORD)
        link = self._services.mail_tokens.mint(MailClaims(USER_ID, 0), LinkPurpose.RESET_PASSWORD)
        return partial(app.reset_password, link, NEW_PASSWORD)

    def _seen(self) -> tuple[object, ...]:
        """Return what is stored, as far as the model knows it."""
        identity = self._cloud.item("identities")
        factors = {item["FactorId"]: item for item in self._cloud.items("factors")}
        app = factors.get(TOTP)
        assert (RECOVERY in factors) is ("second_factor" in identity)
        return ("password_hash" in identity, identity["password_version"],
                identity["email_verified"], "second_factor" in identity,
                sorted((self._names[key.partition("#")[2]], item.get("tickets", "").count("."))
                       for key, item in factors.items() if is_passkey(key)),
                "" if app is None else "on" if "confirmed_at" in app else "begun",
                sorted(item["acr"] == "aal2" for item in self._cloud.items("sessions")))


def _seen_in(stored: Stored) -> tuple[object, ...]:
    identity = stored.identity
    return (bool(identity.password), identity.version, identity.verified, identity.factor != OFF,
            sorted((each.name, len(each.tickets)) for each in stored.passkeys), stored.app,
            sorted(session.strong for session in stored.sessions))


def _name(answer: Answer, success: str) -> str:
    return success if answer.status < 300 else answer.name


def _services(cloud: Cloud) -> Services:
    """Return services whose mail waits."""
    services = with_mail(cloud.services(Clock(), **MAIL), Outbox())
    assert isinstance(services.errand_queue, Courier)
    services.errand_queue.waits = True
    return services


def _base32(secret: bytes) -> str:
    return b32encode(secret).decode("ascii")
