"""The walls of the design: who may import what."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.checkout import ROOT

SHARED = sorted((ROOT / "shared").rglob("*.py"))
HANDLERS = sorted(path for path in (ROOT / "lambda_functions").glob("*.py")
                  if path.stem != "__init__")
# Which rooms of shared/ a room may import, besides itself; "" is the ground, shared/*.py.
ROOMS = {
    "": set(),
    "account_pages": {""},
    "keys": {""},
    "tokens": {"", "keys"},
    "sessions": {"", "tokens"},
    "factors": {"", "keys"},
    "sign_in": {"", "keys", "tokens", "sessions", "factors"},
    "mail": {"", "tokens", "sign_in"},
    "accounts": {"", "tokens", "sessions", "factors", "sign_in", "mail"},
    "stores": {"", "tokens", "sessions", "factors", "sign_in", "mail"},
    "wiring": {"", "account_pages", "keys", "tokens", "sessions", "factors", "sign_in", "mail",
               "accounts", "stores"},
    "gateway": {"", "account_pages", "wiring"},
}
# A handler sees these, and what it is handed: the words of its route, not what does the work.
SEEN_BY_HANDLERS = {"shared.errors", "shared.gateway", "shared.wiring.services",
                    "shared.tokens.session_tokens", "shared.tokens.mail_tokens",
                    "shared.mail.errands", "shared.mail.notices",
                    "shared.keys.signing_keys"}


def room(module: str) -> str:
    """Return the room of a module of shared/, empty for the ground."""
    parts = module.split(".")
    return parts[1] if (ROOT / "shared" / parts[1]).is_dir() else ""


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def imports(path: Path, *, at_start: bool = False, for_types: bool = False) -> Iterator[str]:
    """Yield what a module imports; `at_start`, outside functions only; `for_types`, also what
    it imports for type checking."""
    pending: list[ast.AST] = [tree(path)]
    while pending:
        node = pending.pop()
        if (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
                and not for_types):
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


@pytest.mark.parametrize("path", [path for path in SHARED if path.stem != "__init__"],
                         ids=module_name)
def test_a_module_imports_from_its_own_room_and_those_below(path: Path) -> None:
    own = room(module_name(path))

    imported = {room(name) for name in imports(path, for_types=True)
                if name.startswith("shared.")}

    assert imported - {own} <= ROOMS[own]


def test_every_folder_of_shared_is_a_room() -> None:
    folders = {path.name for path in (ROOT / "shared").iterdir()
               if path.is_dir() and path.name != "__pycache__"}

    assert folders == ROOMS.keys() - {""}


def test_a_room_lies_above_all_that_it_may_import() -> None:
    seen: set[str] = set()
    for name, below in ROOMS.items():
        assert below <= seen, name
        seen.add(name)


@pytest.mark.parametrize("path", [path for path in SHARED if path.stem == "__init__"],
                         ids=module_name)
def test_a_room_itself_imports_nothing(path: Path) -> None:
    """What it imported would be in the zip of every function that uses one of its modules."""
    body = tree(path).body

    assert len(body) == 1 and ast.get_docstring(tree(path))


def test_only_stores_and_the_gateway_know_what_lies_outside() -> None:
    knows = {package: {room(module_name(path)) for path in SHARED if imports_any(path, package)}
             for package in ("botocore", "pydantic_core")}

    assert knows == {"botocore": {"stores"}, "pydantic_core": {"gateway"}}
    assert not [path for path in HANDLERS if imports_any(path, "botocore", "pydantic_core")]


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

    assert tellers.pop("shared.wiring.services") == {"time.time"}
    assert tellers.pop("shared.wiring.log_lines") == {
        "time.time", "time.strftime", "time.gmtime"}
    assert tellers == {"shared.stores.table": {"time.sleep"}}


@pytest.mark.parametrize("path", SHARED, ids=module_name)
def test_shared_knows_no_handler(path: Path) -> None:
    assert not imports_any(path, "lambda_functions", "scripts", "tests")


@pytest.mark.parametrize("path", HANDLERS, ids=module_name)
def test_a_handler_sees_the_gateway_and_what_it_is_handed(path: Path) -> None:
    assert not [name for name in imports(path) if not any(
        name == seen or name.startswith(f"{seen}.") for seen in SEEN_BY_HANDLERS)]


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
