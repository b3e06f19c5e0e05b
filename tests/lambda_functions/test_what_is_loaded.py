"""What a function loads when it starts: what it needs, and nothing else that is heavy."""

import importlib
import json
import os
import subprocess
import sys

import pytest

from scripts import package
from scripts.checkout import ROOT
from tests.support.bounds import REQUIRED

LOADED = """
import importlib, json, sys, time
time.sleep = lambda _seconds: None
# cryptography tries bcrypt for SSH keys, and does without; it is in no zip that has no use for it.
absent = {absent!r}
for name in absent:
    sys.modules[name] = None
importlib.import_module({module!r})
print(json.dumps([name for name, module in sys.modules.items() if module and "." not in name]))
"""
FOR_BODIES, FOR_ADDRESSES = {"pydantic_core"}, {"email_validator"}
FOR_PASSWORDS, ESTIMATOR = {"bcrypt"}, {"zxcvbn"}
FOR_TOKENS, SDK = {"jwt", "cryptography"}, {"botocore"}
HEAVY = (FOR_BODIES | FOR_ADDRESSES | FOR_PASSWORDS | ESTIMATOR | FOR_TOKENS | SDK
         | {"boto3", "pydantic"})
# What each function needs, of all that is heavy: it starts where the rest is not installed.
NOTHING: set[str] = set()
MAILED = SDK | FOR_TOKENS | FOR_BODIES
NEEDS = {
    "ping": NOTHING, "preflight": NOTHING, "get_session": NOTHING,
    "client_id_authorizer": SDK, "get_user": SDK, "get_jwks": SDK | {"cryptography"},
    "authorizer": SDK | FOR_TOKENS, "delete_session": SDK | FOR_TOKENS,
    "list_sessions": SDK, "delete_sessions": SDK, "delete_session_by_id": SDK,
    "export_user": SDK,
    "refresh_session": SDK | FOR_TOKENS | FOR_BODIES,
    "create_session": SDK | FOR_TOKENS | FOR_BODIES | FOR_ADDRESSES | FOR_PASSWORDS,
    "create_user": SDK | FOR_BODIES | FOR_ADDRESSES | FOR_PASSWORDS | ESTIMATOR,
    "delete_user": SDK | FOR_BODIES | FOR_PASSWORDS,
    "change_password": SDK | FOR_BODIES | FOR_PASSWORDS | ESTIMATOR,
    "request_password_reset": MAILED | FOR_ADDRESSES,
    "reset_password": MAILED | FOR_PASSWORDS | ESTIMATOR,
    "request_email_verification": MAILED | FOR_ADDRESSES, "verify_email": MAILED,
}


def test_what_each_function_needs_is_known() -> None:
    assert {module.partition(".")[2] for module in package.functions().values()} == NEEDS.keys()


@pytest.mark.parametrize("function", NEEDS)
def test_a_function_starts_with_what_it_needs_and_loads_nothing_else(function: str) -> None:
    """On Lambda, importing it builds the members of Services that it names."""
    absent = sorted(HEAVY - NEEDS[function])
    environment = {name: "x" for name in REQUIRED} | {
        "AWS_LAMBDA_FUNCTION_NAME": function, "AWS_DEFAULT_REGION": "us-west-2",
        "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:1", "PATH": os.environ["PATH"]}

    started = subprocess.run(
        [sys.executable, "-c",
         LOADED.format(absent=absent, module=f"lambda_functions.{function}")],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    assert started.returncode == 0, started.stderr
    assert set(json.loads(started.stdout)) & HEAVY == NEEDS[function]


@pytest.mark.parametrize("module", package.functions().values())
def test_every_function_exports_its_handler(module: str) -> None:
    assert callable(importlib.import_module(module).handler)
