"""The routes with their handlers and the bodies that these read: from serverless.yml and from
the code, so that a test that is said of every route is held to new ones too."""

import ast
import importlib
import inspect
from collections.abc import Iterator
from dataclasses import dataclass, fields

from scripts import package, serverless_yml
from shared.gateway.bodies import Body
from tests.support.application import Handler


@dataclass(frozen=True)
class BodyRoute:
    """A route whose handler reads a body of this model."""

    function: str
    method: str
    path: str
    handler: Handler
    model: type[Body]

    def fields(self) -> list[str]:
        return [field.name for field in fields(self.model)]


def with_body() -> Iterator[BodyRoute]:
    """Yield the routes whose handler calls `request.body(Model)`."""
    modules = package.functions()
    for route in serverless_yml.routes(serverless_yml.load()):
        module = importlib.import_module(modules[route.function])
        for name in body_models(ast.parse(inspect.getsource(module))):
            yield BodyRoute(route.function, route.method.upper(), route.path, module.handler,
                            getattr(module, name))


def body_models(tree: ast.AST) -> list[str]:
    """Return the names of the models that a handler's source reads bodies with."""
    return [ast.unparse(node.args[0]) for node in ast.walk(tree)
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "request.body"]
