"""The client and openapi.yaml cannot drift apart: it calls what is there, as it is there."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from scripts.checkout import ROOT
from tests.client.compiler import compiled
from tests.support.client_package import CLIENT, TOOLS

OPENAPI = ROOT / "openapi.yaml"
FOLDER = ROOT / "tests" / "client"
METHODS = {"get", "head", "post", "put", "delete"}
# What the client has no use for, and why.
NOT_CALLED = {
    "get /ping": "it is for monitors, which have no person",
    "head /ping": "the same",
    "get /.well-known/jwks.json": "it is for services that verify tokens",
    "head /.well-known/jwks.json": "the same",
    "get /.well-known/openid-configuration": "it is for verifiers",
    "head /.well-known/openid-configuration": "the same",
    "post /authorization-codes": "the account pages ask for it, by the client's fetch",
    "get /session": "the client counts the lifetime by its own clock",
}
# A field of a request, of an answer, or of both, that the client or a program that uses it names.
FIELDS = ("account_type", "access_token", "refresh_token", "ended", "current", "new_password",
          "current_password", "roles", "ticket", "kinds", "code", "recovery_codes", "otpauth_uri",
          "left", "public_key", "credential", "backed_up", "rp_id")


def test_every_operation_is_called_or_left_out_for_a_reason(project: Path) -> None:
    (project / "operations.mjs").write_bytes((FOLDER / "operations.mjs").read_bytes())
    done = subprocess.run(["node", "operations.mjs"], cwd=project, capture_output=True, text=True,
                          check=True)
    described = {f"{method} {path}" for path, item in _openapi()["paths"].items()
                 for method in item.keys() & METHODS}

    called = set(json.loads(done.stdout))

    assert called == described - NOT_CALLED.keys()
    assert NOT_CALLED.keys() <= described


def _openapi() -> dict[str, dict[str, dict[str, object]]]:
    document: dict[str, dict[str, dict[str, object]]] = yaml.safe_load(
        OPENAPI.read_text(encoding="utf-8"))
    return document


@pytest.mark.parametrize("renamed", ((), FIELDS), ids=("nothing", "fields"))
def test_fields_that_are_renamed_break_the_build_or_a_use(renamed: tuple[str, ...], tmp_path: Path
                                                          ) -> None:
    """With nothing renamed all is well, so it is the renaming that breaks something."""
    text = OPENAPI.read_text(encoding="utf-8")
    for field in renamed:
        text = re.sub(rf"\b{field}\b", f"other_{field}", text)
    openapi = tmp_path / "openapi.yaml"
    openapi.write_text(text, encoding="utf-8")
    shutil.copytree(CLIENT / "src", tmp_path / "src")
    used = tmp_path / "every_use.ts"
    used.write_text(re.sub('"session-api-client(/account-pages|/account|/passkeys)?"',
                           lambda entry: f'"./src{(entry[1] or "/index").replace("-", "_")}.js"',
                           (FOLDER / "every_use.ts").read_text(encoding="utf-8")),
                    encoding="utf-8")
    (tmp_path / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    subprocess.run([TOOLS / "openapi-typescript", openapi, "--immutable", "--output",
                    tmp_path / "src" / "openapi.ts"], check=True, capture_output=True)

    said = compiled(tmp_path, used)

    assert {field for field in FIELDS if f"other_{field}" in said} == set(renamed)
    assert bool(said) == bool(renamed)
