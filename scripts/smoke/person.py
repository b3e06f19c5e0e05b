"""A person who exists for one smoke check: signs up, signs in, is checked, and leaves.

The address is of Amazon's mailbox simulator, which takes any mail and tells nobody. Where a
stage lets in verified addresses only, a person cannot be made from outside: sign-up answers
202, and NobodyCanSignIn is raised.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from scripts.smoke.api import Api


class NobodyCanSignIn(Exception):
    """The stage requires verified addresses."""


@dataclass(frozen=True, slots=True)
class Person:
    api: Api
    email: str
    password: str

    def sign_in(self) -> tuple[str, str]:
        """Return a new session's access token and refresh token."""
        answer = self.api.call("POST", "/session", {
            "account_type": "traditional", "email": self.email, "password": self.password})
        answer.require(201, token_type="Bearer")
        return answer.body["access_token"], answer.body["refresh_token"]


def new_address() -> str:
    """Return another one each time: attempts at an address, and mails to it, are counted."""
    return f"success+{secrets.token_hex(12)}@simulator.amazonses.com"


@contextmanager
def person(api: Api) -> Iterator[Person]:
    """Yield somebody with an account, which is gone afterwards."""
    somebody = Person(api, new_address(), secrets.token_urlsafe(24))
    answer = api.call("POST", "/user", {"email": somebody.email, "password": somebody.password})
    if answer.status == 202:
        raise NobodyCanSignIn
    answer.require(201, email=somebody.email)
    try:
        yield somebody
    finally:
        access, _ = somebody.sign_in()
        api.call("DELETE", "/user", {"password": somebody.password}, access).require(200)
