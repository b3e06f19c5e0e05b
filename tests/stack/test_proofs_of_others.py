"""Proofs of possession between the stage and others (RFC 9449): libraries of others make them for
the stage, and our authorizer checks them for APIs of others.

The stage has no domain of its own: on a laptop, a proof is for an address of the emulator.
"""

import json
import subprocess
import time
from collections.abc import Iterator
from typing import Any

import pytest

from scripts.checkout import ROOT
from scripts.local.stack import LocalStack
from tests.stack.conftest import CLIENT_ID
from tests.stack.http_api import Api, HttpAnswer
from tests.stack.member import Member
from tests.stack.other_api import HTTP, REST, Example
from tests.support.local_stage import deployed
from tests.support.possession import Prover

PROGRAMS = ROOT / "tests" / "verifiers" / "clients"


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    with deployed(tmp_path_factory.mktemp("emulator"), CLIENT_ID,
                  {"authorizerForApis": "000000000000"}) as stack:
        yield stack


@pytest.fixture(scope="module")
def api(stack: LocalStack) -> Api:
    return Api(stack.base_url, CLIENT_ID)


@pytest.fixture(scope="module")
def ada(api: Api) -> Member:
    return Member.sign_up(api)


def run(program: str, *arguments: str) -> Any:
    """Return what a program of Node prints."""
    done = subprocess.run(["node", str(PROGRAMS / program), *arguments], capture_output=True,
                          text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("library", ["dpop", "oauth4webapi"])
def test_a_library_of_others_holds_a_session_by_its_key(library: str, stack: LocalStack,
                                                        ada: Member) -> None:
    answers = run("proofs_of_others.mjs", library, stack.base_url, CLIENT_ID, ada.email,
                  ada.password)

    assert [(answer["request"], answer["status"]) for answer in answers] == [
        ("POST /session", 201), ("GET /user", 200), ("PUT /session", 200), ("GET /session", 200),
        ("a copy", 401), ("DELETE /session", 200)]
    signed_in, user, refreshed, *_ = [answer["body"] for answer in answers]
    assert signed_in["token_type"] == refreshed["token_type"] == "DPoP"
    assert user["email"] == ada.email


@pytest.fixture(scope="module", params=[REST, HTTP], ids=lambda example: str(example.name))
def example(request: pytest.FixtureRequest) -> Example:
    assert isinstance(request.param, Example)
    return request.param


@pytest.fixture(scope="module")
def other_api(example: Example, stack: LocalStack, tmp_path_factory: pytest.TempPathFactory) -> Api:
    folder = tmp_path_factory.mktemp(example.name) / "service"
    return example.deploy(stack, folder, CLIENT_ID, 0, stack.outputs()["AuthorizerArn"])


def test_our_authorizer_asks_the_callers_of_another_api_for_proofs(
        other_api: Api, example: Example, api: Api, ada: Member) -> None:
    prover = Prover()
    signed_in = api.send("POST", "/session", {
        "account_type": "traditional", "email": ada.email, "password": ada.password},
        headers={"DPoP": prover.proof("POST", f"{api.base_url}/session", int(time.time()))})
    token = signed_in.json["access_token"]

    def send(scheme: str, path: str | None) -> HttpAnswer:
        """Ask for /me, with a proof for `path` if there is one."""
        proof = path and prover.proof("GET", other_api.base_url + path, int(time.time()), token)
        return other_api.send("GET", "/me", headers={"Authorization": f"{scheme} {token}",
                                                     "DPoP": proof})

    assert (send("DPoP", "/me").status, send("DPoP", "/me").json["user"]) == (200, ada.user_id)
    assert send("Bearer", "/me").status == send("Bearer", None).status == example.refused
    for refused in (send("DPoP", None), send("DPoP", "/reports")):
        assert refused.status == example.refused
        if example is REST:
            assert refused.error == (401, "invalid_dpop_proof")
            assert refused.headers["www-authenticate"] == (
                'DPoP error="invalid_dpop_proof", algs="ES256"')
