"""Sessions that are bound to a key, over HTTP: what API Gateway and the functions answer."""

import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

import pytest

from scripts.local.stack import LocalStack
from scripts.operating.stage_services import StageServices
from shared.clients import Client
from tests.stack.http_api import Api, HttpAnswer
from tests.stack.member import Member
from tests.support.possession import Prover

STRICT_CLIENT_ID = "strict-app"
PROOF_CHALLENGE = 'DPoP error="invalid_dpop_proof", algs="ES256"'
TOKEN_CHALLENGE = 'Bearer, DPoP error="invalid_token", algs="ES256"'


class Holder(Member):
    """Somebody whose client holds a key, and proves it with every request."""

    prover: Prover

    def try_sign_in(self, password: str | None = None) -> HttpAnswer:
        return self.prove("POST", "/session", {
            "account_type": "traditional", "email": self.email, "password": self.password})

    def send(self, method: str, path: str, body: object = None) -> HttpAnswer:
        return self.prove(method, path, body, self.access_token)

    def prove(self, method: str, path: str, body: object = None, token: str | None = None
              ) -> HttpAnswer:
        """Send with a new proof."""
        proof = self.prover.proof(method, self.api.base_url + path, int(time.time()), token or "")
        sent: dict[str, str | None] = {"DPoP": proof}
        if token:
            sent["Authorization"] = f"DPoP {token}"
        return self.api.send(method, path, body, headers=sent)


def holder(api: Api) -> Holder:
    person = Holder.sign_up(api)
    assert isinstance(person, Holder)
    person.prover = Prover()
    return person


@pytest.fixture
def grace(api: Api) -> Holder:
    """Somebody new, signed in by a client with a key."""
    person = holder(api)
    person.sign_in()
    assert person.tokens["token_type"] == "DPoP"
    return person


def test_a_browser_may_call_this_machine_by_its_name(api: Api) -> None:
    """Where the account pages are. A proof names the address that was called."""
    person = holder(Api(api.base_url.replace("127.0.0.1", "localhost"), api.client_id))

    person.sign_in()

    assert person.tokens["token_type"] == "DPoP"
    assert person.send("GET", "/user").json["email"] == person.email


def test_the_holder_of_the_key_does_what_a_bearer_does(grace: Holder) -> None:
    assert grace.send("GET", "/user").json["email"] == grace.email
    [session] = grace.send("GET", "/sessions").json["sessions"]
    refreshed = grace.refresh()
    assert (refreshed.status, refreshed.json["token_type"]) == (200, "DPoP")
    changed = grace.send("PUT", "/user/password", {
        "current_password": grace.password, "new_password": "eight difference engines at noon"})
    assert (changed.status, changed.json["token_type"]) == (200, "DPoP")
    grace.tokens = changed.json
    assert grace.send("DELETE", f"/sessions/{session['id']}").error == (404, "not_found")
    assert grace.send("DELETE", "/session").status == 200
    assert grace.send("GET", "/user").error == (401, "unauthorized")


@pytest.mark.parametrize(("method", "path"), [
    ("GET", "/session"), ("GET", "/user"), ("GET", "/user/export"), ("GET", "/sessions"),
    ("DELETE", "/sessions"), ("DELETE", "/user"), ("PUT", "/user/password"),
    ("PUT", "/session"), ("DELETE", "/session"), ("PUT", "/user/email-verification")])
def test_copies_of_the_tokens_open_no_route(grace: Holder, method: str, path: str) -> None:
    body = {"PUT /session": {"refresh_token": grace.refresh_token},
            "DELETE /user": {"password": grace.password},
            "PUT /user/password": {"current_password": "x", "new_password": "y"},
            "PUT /user/email-verification": {"token": "x"}}.get(f"{method} {path}")
    thief = Holder(grace.api, grace.email, grace.password, grace.user_id)
    thief.prover, thief.tokens = Prover(), grace.tokens

    as_bearer = grace.api.send(method, path, body, grace.access_token)
    without_proof = grace.api.send(method, path, body, headers={
        "Authorization": f"DPoP {grace.access_token}"})
    with_another_key = thief.send(method, path, body)

    assert as_bearer.error == with_another_key.error == (401, "unauthorized")
    assert without_proof.error == (401, "invalid_dpop_proof")
    assert as_bearer.headers["www-authenticate"] == TOKEN_CHALLENGE
    assert without_proof.headers["www-authenticate"] == PROOF_CHALLENGE
    assert grace.send("GET", "/session").status == 200


def test_a_client_whose_clock_is_off_is_told_the_time(grace: Holder) -> None:
    late = grace.prover.proof("GET", f"{grace.api.base_url}/user", int(time.time()) - 300,
                              grace.access_token)

    answer = grace.api.send("GET", "/user", headers={
        "Authorization": f"DPoP {grace.access_token}", "DPoP": late})

    assert answer.error == (401, "invalid_dpop_proof")
    assert abs(parsedate_to_datetime(answer.headers["date"]).timestamp() - time.time()) < 30
    assert "Date" in answer.headers["access-control-expose-headers"]


def test_an_application_that_must_prove_signs_nobody_in_without(
        stack: LocalStack, outputs: Mapping[str, str]) -> None:
    StageServices("local", outputs, stack.emulator.client).client_store.add(
        Client(STRICT_CLIENT_ID, "Strict", True, int(time.time()), must_prove=True))
    person = holder(Api(stack.base_url, STRICT_CLIENT_ID))

    assert Member.try_sign_in(person).error == (401, "invalid_dpop_proof")
    assert person.sign_in()
    assert person.send("GET", "/user").status == 200
