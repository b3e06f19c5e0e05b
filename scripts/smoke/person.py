"""A person for one smoke check: signs up, signs in, is checked, and leaves.

The address is of Amazon's mailbox simulator, which takes any mail and tells nobody. Where only
verified addresses are let in, nobody can be made from outside. There the checks that leave an
account as it was use one that exists (`Api.account`), and the others raise NobodyCanSignIn.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from scripts.smoke.api import Api

# An address of the simulator may have a label, and mail to it is not counted as a bounce.
ADDRESS = "success+{}@simulator.amazonses.com"


class NobodyCanSignIn(Exception):
    """The stage requires verified addresses or a second factor, and there is no account to use."""


@dataclass(frozen=True, slots=True)
class Person:
    api: Api
    email: str
    password: str
    answers: list[Any] = field(default_factory=list)

    def sign_in(self) -> tuple[str, str]:
        """Return a new session's access token and refresh token."""
        answer = self.api.call("POST", "/session", {
            "account_type": "traditional", "email": self.email, "password": self.password})
        answer.require(201, token_type="Bearer")
        self.answers.append(answer.body)
        return answer["access_token"], answer["refresh_token"]

    @property
    def device_token(self) -> str:
        """The one of the last sign-in."""
        return str(self.answers[-1].get("device_token", ""))

    def sign_out(self) -> None:
        """End the sessions that this person has opened, as far as they have not ended."""
        for body in self.answers:
            self.api.call("DELETE", "/session", token=body.get("access_token"))


def new_address() -> str:
    """Return another one each time: attempts at an address, and mails to it, are counted."""
    return ADDRESS.format(secrets.token_hex(12))


def new_password() -> str:
    return secrets.token_urlsafe(24)


@contextmanager
def person(api: Api) -> Iterator[Person]:
    """Yield somebody with an account, whom the check must leave as it found them."""
    if api.signs_up or api.account is None:
        with newcomer(api) as somebody:
            yield somebody
        return
    email, password = api.account
    somebody = Person(api, email.strip().lower(), password)
    try:
        yield somebody
    finally:
        somebody.sign_out()


@contextmanager
def newcomer(api: Api) -> Iterator[Person]:
    """Yield somebody with a new account, which is gone afterwards."""
    if not api.signs_up or api.needs_factor:
        raise NobodyCanSignIn
    somebody = Person(api, new_address(), new_password())
    answer = api.call("POST", "/user", {"email": somebody.email, "password": somebody.password})
    answer.require(201, email=somebody.email)
    try:
        yield somebody
    finally:
        access, _ = somebody.sign_in()
        api.call("DELETE", "/user", {"password": somebody.password}, access).require(200)
