"""What each function is asked: the common case, anew for every call that changes something."""

from collections.abc import Callable, Iterator
from typing import Any

from benchmarks.stage import CLIENT_ID, PASSWORD, MeasuredStage, principal
from shared.gateway.requests import CLIENT_ID_HEADER
from shared.tokens.mail_tokens import MailClaims, MailTokens, Purpose
from tests.support.events import Event, authorizer_event, proxy_event

HEADERS = {"Content-Type": "application/json", CLIENT_ID_HEADER: CLIENT_ID}
NEW_PASSWORD = "a poetical science, and other letters to Babbage"
# The access token of a session this old is no longer fresh, so that a refresh rotates.
STALE_SECONDS = 3700


def endless(make: Callable[[], Event]) -> Iterator[Event]:
    while True:
        yield make()


class Scenarios:
    """`events(function)` yields events without end; what they need is put into the store first."""

    def __init__(self, stage: MeasuredStage) -> None:
        self._stage = stage
        self._made: dict[str, Callable[[], Event]] = {
            "empty": lambda: proxy_event("GET", "/ping"),
            "ping": lambda: proxy_event("GET", "/ping"),
            "preflight": lambda: proxy_event("OPTIONS", "/session"),
            "getJwks": lambda: proxy_event("GET", "/.well-known/jwks.json"),
            "clientIdAuthorizer": lambda: authorizer_event("POST", "/session", headers=HEADERS),
            "authorizer": self._authorizer,
            "authorizer, first use": self._first_use,
            "getSession": lambda: self._signed_in("GET", "/session"),
            "getUser": lambda: self._signed_in("GET", "/user"),
            "listSessions": lambda: self._signed_in("GET", "/sessions"),
            "exportUser": lambda: self._signed_in("GET", "/user/export"),
            "deleteSessions": lambda: self._signed_in("DELETE", "/sessions"),
            "deleteSessionById": self._delete_by_id,
            "deleteSession": self._delete_session,
            "deleteUser": lambda: self._signed_in("DELETE", "/user", {"password": PASSWORD}),
            "changePassword": lambda: self._signed_in("PUT", "/user/password", {
                "current_password": PASSWORD, "new_password": NEW_PASSWORD}),
            "createUser": self._create_user,
            "createSession": lambda: self._anonymous("POST", "/session", {
                "account_type": "traditional", "password": PASSWORD, **self._known_email()}),
            "createPasskeySession": self._by_passkey,
            "refreshSession": self._refresh,
            "requestPasswordReset": lambda: self._anonymous(
                "POST", "/user/password-reset", self._known_email()),
            "requestEmailVerification": lambda: self._signed_in(
                "POST", "/user/email-verification", self._known_email()),
            "sendMail": lambda: {"occasion": "reset_password", **self._known_email(),
                                 "source": "127.0.0.1", "device_token": ""},
            "resetPassword": lambda: self._anonymous("PUT", "/user/password-reset", {
                "token": self._mailed(Purpose.RESET_PASSWORD), "new_password": NEW_PASSWORD}),
            "verifyEmail": lambda: self._anonymous("PUT", "/user/email-verification", {
                "token": self._mailed(Purpose.VERIFY_EMAIL), "password": PASSWORD}),
        }

    def known(self) -> list[str]:
        return list(self._made)

    def events(self, function: str) -> Iterator[Event]:
        return endless(self._made[function])

    def _authorizer(self, acknowledged: bool = True) -> Event:
        _, issued = self._stage.session(self._user_id(), acknowledged=acknowledged)
        return authorizer_event("GET", "/session", headers=_bearing(issued.access_token))

    def _first_use(self) -> Event:
        return self._authorizer(acknowledged=False)

    def _signed_in(self, method: str, path: str, body: object = None) -> Event:
        session, issued = self._stage.session(self._user_id())
        return proxy_event(method, path, headers=_bearing(issued.access_token), body=body,
                           principal=principal(session, issued))

    def _delete_by_id(self) -> Event:
        session, issued = self._stage.session(self._user_id())
        event = proxy_event("DELETE", "/sessions/{id}", headers=_bearing(issued.access_token),
                            principal=principal(session, issued))
        return event | {"pathParameters": {"id": session.session_id}}

    def _delete_session(self) -> Event:
        _, issued = self._stage.session(self._user_id())
        return proxy_event("DELETE", "/session", headers=_bearing(issued.access_token),
                           principal={"client_id": CLIENT_ID})

    def _refresh(self) -> Event:
        _, issued = self._stage.session(self._user_id(), STALE_SECONDS)
        return proxy_event("PUT", "/session", headers=_bearing(issued.access_token),
                           body={"refresh_token": issued.refresh_token},
                           principal={"client_id": CLIENT_ID})

    def _by_passkey(self) -> Event:
        device = self._stage.device(self._stage.person())
        options = self._stage.services.passkey_options.to_sign_in(CLIENT_ID)
        return self._anonymous("POST", "/session/passkey", {
            "ticket": options.ticket, "credential": device.answer(options.public_key)})

    def _create_user(self) -> Event:
        # Nobody has this address yet: the person is made only to have an id that is free.
        return self._anonymous("POST", "/user", {
            "email": f"new-{self._user_id()}@example.org", "password": NEW_PASSWORD})

    def _anonymous(self, method: str, path: str, body: object) -> Event:
        return proxy_event(method, path, headers=HEADERS, body=body,
                           principal={"client_id": CLIENT_ID})

    def _known_email(self) -> dict[str, str]:
        return {"email": self._stage.person().account.email}

    def _user_id(self) -> str:
        return self._stage.person().account.user_id

    def _mailed(self, purpose: Purpose) -> str:
        services = self._stage.services
        tokens = MailTokens(services.settings.issuers, services.jws, services.now)
        return tokens.mint(MailClaims(self._user_id(), 0), purpose)


def _bearing(access_token: str) -> dict[str, Any]:
    return HEADERS | {"Authorization": f"Bearer {access_token}"}
