"""Proofs of possession (RFC 9449) that libraries of others make for the stage, and our client for
a server of others."""

import json
import subprocess
from collections.abc import Mapping
from typing import Any

import pytest

from scripts.checkout import ROOT
from scripts.local.stack import LocalStack
from tests.stack.conftest import CLIENT_ID
from tests.stack.member import Member

PROGRAMS = ROOT / "tests" / "verifiers" / "clients"


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


def test_our_client_proves_to_a_server_of_others_who_it_is(
        stack: LocalStack, outputs: Mapping[str, str], ada: Member) -> None:
    answers = run("guarded.mjs", stack.base_url, CLIENT_ID, ada.email, ada.password,
                  outputs["BaseUrl"])

    owner = answers.pop("the owner"), answers.pop("the owner again")
    assert [(answer["status"], answer["body"].get("sub")) for answer in owner] == [
        (200, ada.user_id)] * 2
    assert {who: answer["status"] for who, answer in answers.items()} == {
        "a copy as bearer": 400, "a copy without a proof": 400, "a copy elsewhere": 400}
