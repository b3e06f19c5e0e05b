"""The README's tour does, as typed, what the README says."""

import json
import re
import subprocess

from scripts.local.stack import LocalStack
from scripts.operating.clients import ensure_clients
from scripts.operating.stage_services import StageServices
from scripts.run import CLIENT_ID
from tests.docs.pages import page, sections


def test_the_tour_goes_from_sign_up_to_sign_out(stack: LocalStack) -> None:
    [tour] = re.findall(r"^```sh\n(.*?)^```$", sections(page("README.md"))["The tour"],
                        re.MULTILINE | re.DOTALL)
    ensure_clients(StageServices("local", stack.outputs(), stack.emulator.client), CLIENT_ID)
    base, _, lines = tour.partition("\n")
    assert base == "BASE=http://127.0.0.1:4566/_aws/execute-api/session-api/local"

    done = subprocess.run(["sh", "-ec", f"BASE={stack.base_url}\n{lines}"],
                          capture_output=True, text=True, check=True, timeout=120)

    ping, created, user, listed, refreshed, ended, refused = map(
        json.loads, done.stdout.splitlines())
    assert ping == {"message": "pong"}
    assert created["message"] == "account created"
    assert user == {
        "id": created["id"], "email": "ada@example.org", "email_verified": False, "roles": []}
    assert [session["current"] for session in listed["sessions"]] == [True]
    assert refreshed["token_type"] == "Bearer"
    assert ended == {"message": "session ended"}
    assert refused["name"] == "unauthorized"
