"""Somebody with an account, and the tokens of the session they are in."""

import uuid

from tests.stack.http_api import Api, HttpAnswer

PASSWORD = "seven difference engines at noon"


class Member:
    def __init__(self, api: Api, email: str, password: str, user_id: str) -> None:
        self.api, self.email, self.password, self.user_id = api, email, password, user_id
        self.tokens: dict[str, str] = {}

    @classmethod
    def sign_up(cls, api: Api) -> "Member":
        email = f"ada-{uuid.uuid4().hex}@example.org"
        answer = api.send("POST", "/user", {"email": email, "password": PASSWORD})
        assert answer.status == 201, answer
        return cls(api, email, PASSWORD, answer.json["id"])

    @property
    def access_token(self) -> str:
        return self.tokens["access_token"]

    @property
    def refresh_token(self) -> str:
        return self.tokens["refresh_token"]

    def try_sign_in(self, password: str | None = None) -> HttpAnswer:
        return self.api.send("POST", "/session", {
            "account_type": "traditional", "email": self.email,
            "password": password or self.password})

    def sign_in(self) -> str:
        """Return the access token of a new session, which is now this person's."""
        answer = self.try_sign_in()
        assert answer.status == 201, answer
        self.tokens = answer.json
        return self.access_token

    def refresh(self) -> HttpAnswer:
        return self.send("PUT", "/session", {"refresh_token": self.refresh_token})

    def send(self, method: str, path: str, body: object = None) -> HttpAnswer:
        """Send with the access token."""
        return self.api.send(method, path, body, self.access_token)
