"""The API under a domain of its own, which the emulator dispatches by the Host header."""

import base64
import json
from collections.abc import Mapping

import pytest

from scripts.local.stack import LocalStack
from tests.stack.conftest import CLIENT_ID, DOMAIN
from tests.stack.http_api import Api, HttpAnswer
from tests.stack.member import Member


class ApiAtDomain(Api):
    """Sends every request to DOMAIN, under the root."""

    def send(self, method: str, path: str, body: object = None, token: str | None = None,
             headers: Mapping[str, str | None] | None = None) -> HttpAnswer:
        return super().send(method, path, body, token, {"Host": DOMAIN, **(headers or {})})


@pytest.fixture
def at_domain(stack: LocalStack) -> Api:
    return ApiAtDomain(stack.emulator.endpoint, CLIENT_ID)


def claims(token: str) -> dict[str, object]:
    payload = token.split(".")[1]
    decoded: dict[str, object] = json.loads(base64.urlsafe_b64decode(payload + "=="))
    return decoded


def test_a_life_under_the_domain(at_domain: Api) -> None:
    person = Member.sign_up(at_domain)
    person.sign_in()
    [session] = person.send("GET", "/sessions").json["sessions"]

    assert person.refresh().status == 200
    assert person.send("DELETE", f"/sessions/{session['id']}").status == 200
    assert person.send("GET", "/session").error == (401, "unauthorized")
    assert at_domain.send("GET", "/.well-known/jwks.json").json["keys"]
    assert at_domain.send("GET", "/nothing").status == 404


def test_tokens_are_of_the_domain_wherever_the_api_was_called(
        api: Api, at_domain: Api, outputs: Mapping[str, str]) -> None:
    for called, other in ((api, at_domain), (at_domain, api)):
        person = Member.sign_up(called)
        person.sign_in()

        assert claims(person.access_token)["iss"] == outputs["BaseUrl"] == f"https://{DOMAIN}"
        assert other.send("GET", "/session", token=person.access_token).status == 200
