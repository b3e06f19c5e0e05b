"""The OpenAPI document, put together from what is decided elsewhere: routes and authorizers
in serverless.yml, bodies in the request models, errors in the handlers' docstrings and the
tree in shared/errors.py, answers in `answers`.
"""

import ast
import importlib
import inspect
import re
from collections.abc import Iterator
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, models_json_schema

from scripts import serverless_yml
from scripts.checkout import Refused
from scripts.description.answers import ANSWERS, FOR_BROWSERS, AnswerModel
from scripts.serverless_yml import Route
from shared import errors
from shared.gateway import bodies, code_bodies, email_bodies, passkey_bodies

SCHEMA = "#/components/schemas/{model}"
# What API Gateway answers by itself on every route.
GATEWAY_ERRORS = {429: ["throttled"], 500: ["server_error"], 503: ["unavailable"]}
BEARER, BOUND, CLIENT = "accessToken", "boundAccessToken", "clientId"
# Functions that take a password in the body in the place of an access token.
TOKEN_OR_PASSWORD = frozenset({"verifyEmail"})


def document() -> dict[str, Any]:
    """Return the whole OpenAPI document, or raise Refused if a function has no module or no
    answer."""
    paths: dict[str, dict[str, Any]] = {}
    definition = serverless_yml.load()
    modules = serverless_yml.modules(definition["functions"])
    for route in serverless_yml.routes(definition):
        if route.function in FOR_BROWSERS:
            continue
        paths.setdefault(route.path, {})[route.method] = _operation(
            route, modules[route.function])
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Session API", "version": "1.0.0", "license": {
                "name": "MIT", "identifier": "MIT"},
            "description": "Accounts and sessions. Made by `make openapi`; see"
                           " api-reference.md for the same in words.",
        },
        "servers": [{"url": "https://{api}.execute-api.{region}.amazonaws.com/{stage}",
                     "variables": {"api": {"default": "api-id"},
                                   "region": {"default": "us-west-2"},
                                   "stage": {"default": "dev"}}}],
        "paths": dict(sorted(paths.items())),
        "components": {"securitySchemes": _security_schemes(), "schemas": _schemas()},
    }


def _operation(route: Route, module_name: str) -> dict[str, Any]:
    module = importlib.import_module(module_name)
    docstring = inspect.cleandoc(module.__doc__ or "")
    summary = docstring.split("\n\n")[0].partition(": ")[2].split(";")[0].replace("\n", " ")
    tree = ast.parse(inspect.getsource(module))
    operation: dict[str, Any] = {
        "operationId": route.function + ("Head" if route.method == "head" else ""),
        "summary": summary, "security": _security(route, tree)}
    parameters = [
        *({"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
          for name in re.findall(r"{(\w+)}", route.path)),
        *({"name": name, "in": "query", "schema": {"type": "string", "enum": ["current"]}}
          for name in _called_with(tree, "query_parameter"))]
    if parameters:
        operation["parameters"] = parameters
    models = sorted(_called_with(tree, "body"))
    if models:
        operation["requestBody"] = {"required": True, "content": _json(*models)}
    operation["responses"] = _responses(route, docstring)
    if route.method == "head":
        for response in operation["responses"].values():
            del response["content"]
    return operation


def _security(route: Route, tree: ast.AST) -> list[dict[str, list[str]]]:
    if route.authorizer is None:
        return []
    reads_token = any(isinstance(node, ast.Attribute) and node.attr == "presented"
                      for node in ast.walk(tree))
    ways = [[CLIENT]]
    if reads_token or route.authorizer == "authorizer":
        ways = [[CLIENT, BEARER], [CLIENT, BOUND],
                *([[CLIENT]] if route.function in TOKEN_OR_PASSWORD else [])]
    return [{scheme: [] for scheme in way} for way in ways]


def _called_with(tree: ast.AST, method: str) -> Iterator[str]:
    """Yield the first argument of each call of request.<method>."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == f"request.{method}":
            yield ast.unparse(node.args[0]).strip("'\"")


def _responses(route: Route, docstring: str) -> dict[str, Any]:
    if route.function not in ANSWERS:
        raise Refused(f"openapi.yaml cannot say what {route.function} answers: add it to ANSWERS "
                      "in scripts/description/answers.py.")
    responses: dict[int, Any] = {
        status: {"description": "done", "headers": _headers(), "content": _json(model.__name__)}
        for status, model in ANSWERS[route.function].items()}
    names = {status: list(found) for status, found in errors_of(docstring).items()}
    for status, found in GATEWAY_ERRORS.items():
        known = names.setdefault(status, [])
        known += [name for name in found if name not in known]
    for status, found in names.items():
        responses[status] = {"description": ", ".join(found), "headers": _headers(status),
                             "content": _json("Error")}
    return {str(status): responses[status] for status in sorted(responses)}


def errors_of(docstring: str) -> dict[int, list[str]]:
    """Return the error names by status that a handler's docstring lists after "Errors:"."""
    listed = docstring.partition("Errors:")[2].replace("\n", " ")
    known = _error_names()
    return {int(status): [word for word in re.findall(r"\w+", text) if word in known]
            for status, text in re.findall(r"(\d{3}) ([^;]+)", listed)}


def _error_names() -> set[str]:
    own = {kind.name for kind in vars(errors).values()
           if inspect.isclass(kind) and issubclass(kind, errors.SessionApiError)}
    return own | {"throttled"}


def _headers(status: int = 200) -> dict[str, Any]:
    if status not in (429, 503):
        return {"Cache-Control": {"schema": {"type": "string"}}}
    return {"Retry-After": {"description": "seconds", "schema": {"type": "string"}}}


def _json(*models: str) -> dict[str, Any]:
    """Return what says that a body is of one of these models."""
    schemas = [{"$ref": SCHEMA.format(model=model)} for model in models]
    return {"application/json": {"schema": schemas[0] if len(schemas) == 1
                                 else {"oneOf": schemas}}}


def _security_schemes() -> dict[str, Any]:
    return {
        CLIENT: {"type": "apiKey", "in": "header", "name": "x-koms-clientid",
                 "description": "The id of a registered client application; not a secret."},
        BEARER: {"type": "http", "scheme": "bearer", "bearerFormat": "JWT",
                 "description": "An access token of the same client."},
        BOUND: {"type": "http", "scheme": "dpop",
                "description": "An access token that is bound to a key; a proof of possession for"
                               " the request goes with it in the header DPoP (RFC 9449)."},
    }


def _schemas() -> dict[str, Any]:
    answers: list[type[AnswerModel]] = [model for of in ANSWERS.values() for model in of.values()]
    _, definitions = models_json_schema(
        [(model, "validation") for model in dict.fromkeys(answers)], ref_template=SCHEMA)
    schemas: dict[str, Any] = definitions["$defs"]
    for body in _bodies():
        schemas[body.__name__] = GenerateJsonSchema().generate(body.schema()) | {
            "title": body.__name__}
    schemas["Error"] = {
        "type": "object", "required": ["name", "message"], "additionalProperties": False,
        "properties": {
            "name": {"type": "string", "enum": sorted(_error_names())},
            "message": {"type": "string"},
            "fields": {"type": "array", "items": {
                "type": "object", "required": ["field", "message"],
                "additionalProperties": False,
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}}}},
            "ticket": {"type": "string", "description": "for the second step of the sign-in"},
            "ticket_expires_in": {"type": "integer", "minimum": 0, "description": "whole seconds"},
            "kinds": {"type": "array", "items": {
                "type": "string", "enum": ["password", "passkey", "totp", "recovery_code"]},
                "description": "what can be shown now"}}}
    return dict(sorted(schemas.items()))


def _bodies() -> list[type[bodies.Body]]:
    return [kind for module in (bodies, code_bodies, email_bodies, passkey_bodies)
            for kind in vars(module).values()
            if inspect.isclass(kind) and issubclass(kind, bodies.Body)
            and kind.__module__ == module.__name__ and kind is not bodies.Body
            and not kind.__name__.startswith("_")]
