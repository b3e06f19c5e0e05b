"""What a function reaches: its modules and the names it imports from elsewhere.

The source is read, never run. A module contributes all its imports, those inside functions
too, but not those under `if TYPE_CHECKING:`. The modules of COMPOSITION are the exception: they
can build everything, so only the members that the handler names in its call of one of MAKERS
count, and the members those use.
"""

import ast
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

# What makes a handler, and is told which members it needs.
MAKERS = ("api_gateway.endpoint", "authorizers.lambda_authorizer", "asynchronous.task")
OWN_PACKAGES = ("lambda_functions", "shared")
# The composition root's class and those that it extends, by module.
COMPOSITION = {"shared.wiring.services": "Services",
               "shared.wiring.passkey_services": "PasskeyServices",
               "shared.wiring.sign_in_services": "SignInServices",
               "shared.wiring.mail_services": "MailServices",
               "shared.wiring.session_services": "SessionServices",
               "shared.wiring.adapters": "Adapters"}


@dataclass(frozen=True, slots=True)
class Reach:
    """`files` are relative to the root; `foreign` are top-level names such as `jwt`."""

    files: tuple[Path, ...]
    foreign: frozenset[str]


def of_function(root: Path, module: str) -> Reach:
    """Return what `module`, say "lambda_functions.ping", reaches."""
    trees: dict[str, ast.Module] = {}
    imported: dict[str, set[str]] = {}
    queue = [module]
    while queue:
        name = queue.pop()
        if name in trees:
            continue
        trees[name] = _tree(_path(root, name).read_text(encoding="utf-8"))
        imports = (_member_imports(trees[name], COMPOSITION[name], _members(root, trees[module]))
                   if name in COMPOSITION else _all_imports(trees[name]))
        imported[name] = set(_with_parents(root, imports))
        queue += [found for found in imported[name] if found.split(".")[0] in OWN_PACKAGES]
        queue += [parent for parent in _parents(name) if parent not in trees]
    foreign = {found.split(".")[0] for names in imported.values() for found in names}
    files = sorted(_path(root, name).relative_to(root) for name in trees)
    return Reach(tuple(files), frozenset(foreign - set(OWN_PACKAGES) - sys.stdlib_module_names))


@cache
def _tree(source: str) -> ast.Module:
    """Most modules are reached by many functions."""
    return ast.parse(source)


def _path(root: Path, module: str) -> Path:
    place = root.joinpath(*module.split("."))
    return place / "__init__.py" if place.is_dir() else place.with_suffix(".py")


def _parents(module: str) -> Iterator[str]:
    while "." in module:
        module = module.rpartition(".")[0]
        yield module


def _with_parents(root: Path, imports: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield module names; `from package import name` may name a module or what is in one."""
    for module, name in imports:
        yield module
        submodule = f"{module}.{name}"
        if name and module.split(".")[0] in OWN_PACKAGES and _path(root, submodule).exists():
            yield submodule


@cache
def _all_imports(tree: ast.Module) -> tuple[tuple[str, str], ...]:
    return tuple(_imports(tree))


def _imports(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield (module, name) of each import in the tree, name empty for a plain import."""
    for node in _running(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level or node.module is None:
                raise ValueError("relative imports are not followed; write the whole name")
            yield from ((node.module, alias.name) for alias in node.names)


def _running(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of the tree, without what only a type checker sees."""
    yield tree
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test):
            for other in child.orelse:
                yield from _running(other)
        else:
            yield from _running(child)


def _needs(handler: ast.Module) -> set[str]:
    """Return the wiring members that a handler module names."""
    calls = [node for node in ast.walk(handler) if isinstance(node, ast.Call)
             and ast.unparse(node.func) in MAKERS]
    if not calls:
        raise ValueError(f"a handler module must call one of {', '.join(MAKERS)}, and name the "
                         "services that it uses")
    return {ast.literal_eval(argument) for call in calls for argument in call.args[1:]}


def _members(root: Path, handler: ast.Module) -> set[str]:
    """Return the members that a handler names, and those that these use."""
    methods: dict[str, list[ast.FunctionDef]] = {}
    for module, name in COMPOSITION.items():
        if (path := _path(root, module)).exists():
            for method in _methods(_class(_tree(path.read_text(encoding="utf-8")), name)):
                methods.setdefault(method.name, []).append(method)
    needs = _needs(handler)
    if unknown := needs - methods.keys():
        raise ValueError(f"Services in shared.wiring.services has no {', '.join(sorted(unknown))}")
    reached, queue = set(), sorted(needs | {"__init__"} & methods.keys())
    while queue:
        name = queue.pop()
        if name not in reached:
            reached.add(name)
            queue += [node.attr for method in methods[name] for node in ast.walk(method)
                      if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
                      and node.value.id == "self" and node.attr in methods]
    return reached


def _member_imports(tree: ast.Module, name: str, reached: set[str]) -> list[tuple[str, str]]:
    """Return the imports of a module's top level and of the reached members of its class."""
    composition = _class(tree, name)
    rest = ast.Module([node for node in tree.body if node is not composition], [])
    parts = [rest, *(found for found in _methods(composition) if found.name in reached)]
    return [found for part in parts for found in _imports(part)]


def _class(tree: ast.Module, name: str) -> ast.ClassDef:
    return next(node for node in tree.body
                if isinstance(node, ast.ClassDef) and node.name == name)


def _methods(composition: ast.ClassDef) -> list[ast.FunctionDef]:
    return [node for node in composition.body if isinstance(node, ast.FunctionDef)]
