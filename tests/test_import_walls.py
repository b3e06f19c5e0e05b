"""The walls of the design: who may import what, and what a function loads when it starts."""

import ast
import importlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from lambda_functions.preflight import METHODS
from shared.settings import REQUIRED

ROOT = Path(__file__).parent.parent
SHARED = sorted((ROOT / "shared").rglob("*.py"))
HANDLERS = sorted(path for path in (ROOT / "lambda_functions").glob("*.py")
                  if path.stem != "__init__")
RULES = ("account_changes", "accounts", "attempts", "clients", "dossier", "email_addresses",
         "errors", "key_ring", "mail", "mail_tokens", "mailed_links", "pace", "password_hash",
         "password_policy", "passwords", "peppers", "quiet_sign_up", "roster", "session_state",
         "sessions", "sign_up", "strict_json", "token_pairs", "tokens")


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def imports(path: Path, *, at_start: bool = False) -> Iterator[str]:
    """Yield what a module imports, but for type checking; `at_start`, outside functions only."""
    pending: list[ast.AST] = [tree(path)]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        if at_start and isinstance(node, ast.FunctionDef):
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        pending.extend(ast.iter_child_nodes(node))


def imports_any(path: Path, *packages: str) -> bool:
    return any(name == package or name.startswith(f"{package}.")
               for name in imports(path) for package in packages)


def attributes(path: Path) -> set[str]:
    """Return the dotted names that a module uses."""
    return {ast.unparse(node) for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute)}


def test_only_the_edge_to_aws_knows_botocore() -> None:
    knows = {module_name(path) for path in [*SHARED, *HANDLERS]
             if imports_any(path, "boto3", "botocore")}

    assert knows == {"shared.aws_clients", "shared.stores.failures",
                     "shared.stores.secret_versions", "shared.stores.ses"}


def test_nobody_needs_boto3() -> None:
    assert not [path for path in [*SHARED, *HANDLERS] if imports_any(path, "boto3")]


def test_only_settings_reads_the_environment() -> None:
    readers = {module_name(path) for path in [*SHARED, *HANDLERS]
               if imports_any(path, "os") or "os.environ" in attributes(path)}

    assert readers == {"shared.settings"}


def test_only_wiring_knows_the_wall_clock() -> None:
    """A store may sleep, which tells no time."""
    tellers = {module_name(path): {name for name in attributes(path) if name.startswith("time.")}
               for path in [*SHARED, *HANDLERS] if imports_any(path, "time", "datetime")}

    assert tellers.pop("shared.wiring") == {"time.time", "time.monotonic", "time.sleep"}
    assert tellers == {"shared.stores.table": {"time.sleep"}}


@pytest.mark.parametrize("rule", RULES)
def test_rules_know_no_http_and_no_aws(rule: str) -> None:
    path = ROOT / "shared" / f"{rule}.py"

    assert not imports_any(path, "boto3", "botocore", "http", "urllib", "shared.stores",
                           "shared.aws_clients", "shared.api_gateway", "shared.requests",
                           "shared.wiring", "shared.process", "shared.settings")


def test_every_module_of_shared_is_a_rule_or_an_edge() -> None:
    """A new module finds its side of the wall before it finds its way into a zip."""
    edges = {"adapters", "api_gateway", "audit", "aws_clients", "email_models", "jws", "models",
             "process", "requests", "settings", "signing_keys", "wiring", "__init__"}

    assert {path.stem for path in (ROOT / "shared").glob("*.py")} == edges | set(RULES)


@pytest.mark.parametrize("path", SHARED, ids=module_name)
def test_shared_knows_no_handler(path: Path) -> None:
    assert not imports_any(path, "lambda_functions", "scripts", "tests")


@pytest.mark.parametrize("path", HANDLERS, ids=module_name)
def test_a_handler_sees_the_gateway_its_models_and_what_it_is_handed(path: Path) -> None:
    may_see = {"api_gateway", "email_models", "models", "requests", "wiring", "errors", "tokens",
               "signing_keys", "mail_tokens"}

    seen = {name.removeprefix("shared.").partition(".")[0]
            for name in imports(path) if name.startswith("shared.")}

    assert seen <= may_see
    assert all(name.startswith("shared.") for name in imports(path))


def test_imports_point_down() -> None:
    """Following them from module to module never leads back."""
    modules = {module_name(path) for path in SHARED}
    points_to = {
        module_name(path): {
            name if name in modules else name.rpartition(".")[0]
            for name in imports(path, at_start=True) if name.startswith("shared")
        } & modules - {"shared"} for path in SHARED}

    while points_to:
        bottom = {module for module, targets in points_to.items() if not targets & points_to.keys()}
        assert bottom, f"a cycle among {sorted(points_to)}"
        points_to = {module: targets for module, targets in points_to.items()
                     if module not in bottom}


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
    assert {path.stem for path in HANDLERS} == NEEDS.keys()


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


@pytest.mark.parametrize("path", HANDLERS, ids=module_name)
def test_every_function_exports_its_handler(path: Path) -> None:
    assert callable(importlib.import_module(module_name(path)).handler)


class Template(yaml.SafeLoader):
    """Reads over the functions of CloudFormation."""


Template.add_multi_constructor("!", lambda _loader, _tag, _node: None)


def routes() -> dict[str, set[str]]:
    """Return the methods of each path in serverless.yml."""
    text = (ROOT / "serverless.yml").read_text()
    # A SafeLoader still, with one more tag that makes no objects.
    functions = yaml.load(text, Loader=Template)["functions"]
    found: dict[str, set[str]] = {}
    for function in functions.values():
        for event in function.get("events", ()):
            route = event["http"]
            found.setdefault(f"/{route['path']}", set()).add(route["method"].upper())
    return found


def test_preflight_knows_the_routes() -> None:
    assert {path: methods - {"ANY"} for path, methods in routes().items()} == {
        path: set(methods) for path, methods in METHODS.items()}


def test_every_path_sends_its_other_methods_to_preflight() -> None:
    assert all("ANY" in methods for methods in routes().values())


# What brings each error about: in the source of a function, and of any.
ERRORS = {
    "request.body(": {"invalid_request", "body_too_large", "unsupported_media_type"},
    "Credentials)": {"invalid_email", "unsupported_account_type", "bad_credentials",
                     "too_many_attempts"},
    "NewUser)": {"invalid_email", "weak_password", "user_exists"},
    "Address)": {"invalid_email"},
    "password_policy.check(": {"weak_password"},
    "sessions.refresh(": {"session_ended", "stale_access_token", "unavailable"},
    "sessions.end(": {"session_ended", "unavailable"},
    "sessions.open(": {"unavailable"},
    "roster.end(": {"not_found", "unavailable"},
    "mailed_links.": {"mail_not_configured", "unavailable"},
    "mailed_links.owner(": {"invalid_link"},
    "departure.delete(": {"bad_credentials", "too_many_attempts", "unavailable"},
    "password_changes.change(": {"bad_credentials", "too_many_attempts", "unavailable"},
    "accounts.find(": {"unauthorized", "unavailable"},
    "request.user_id": {"unauthorized"}, "request.principal": {"unauthorized"},
    "request.client_id": {"unauthorized"}, "bearer_token": {"unauthorized"},
    "MethodNotAllowed": {"method_not_allowed"},
}


@pytest.mark.parametrize("path", HANDLERS, ids=module_name)
def test_the_page_of_a_function_names_every_error_it_can_answer(path: Path) -> None:
    page = ast.get_docstring(tree(path)) or ""
    source = path.read_text()

    names = {name for cause, errors in ERRORS.items() if cause in source for name in errors}

    assert {name for name in names if name not in page} == set()
