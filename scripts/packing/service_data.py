"""What botocore has to know about AWS, cut down to the operations that the functions call.

Making a client, botocore lists the folders of over 400 services and reads endpoints and
models of a few megabytes, mostly to skip them. A zip holds this excerpt instead, in
botocore's own layout, made from the pinned version; shared/stores/aws_clients.py points there.
"""

import json
from collections.abc import Iterable
from functools import cache
from typing import Any

from botocore.loaders import Loader

FOLDER = "service_data"
OPERATIONS = {
    "dynamodb": ("BatchWriteItem", "DeleteItem", "GetItem", "PutItem", "Query",
                 "TransactWriteItems", "UpdateItem"),
    "lambda": ("Invoke",),
    "secretsmanager": ("GetSecretValue",),
    "sesv2": ("SendEmail",),
}
PAGINATED = {"dynamodb": ("Query",)}
# Read whole whenever a client is made: partitions, retry rules and the SDK's defaults.
GENERAL = ("_retry", "partitions", "sdk-default-configuration")


@cache
def files() -> dict[str, bytes]:
    """Return the excerpt: path in the zip to content."""
    loader = Loader()
    contents = {name: loader.load_data(name) for name in GENERAL}
    contents["endpoints"] = _endpoints(loader.load_data("endpoints"))
    for service, operations in OPERATIONS.items():
        version = loader.determine_latest_version(service, "service-2")
        place = f"{service}/{version}"
        contents[f"{place}/service-2"] = _model(
            loader.load_data(f"{place}/service-2"), operations)
        rules = "endpoint-rule-set-1"
        contents[f"{place}/{rules}"] = loader.load_data(f"{place}/{rules}")
        if service in PAGINATED:
            whole = loader.load_data(f"{place}/paginators-1")["pagination"]
            contents[f"{place}/paginators-1"] = {
                "pagination": {name: whole[name] for name in PAGINATED[service]}}
    return {f"{FOLDER}/{name}.json": json.dumps(content, separators=(",", ":")).encode()
            for name, content in contents.items()}


def _endpoints(whole: dict[str, Any]) -> dict[str, Any]:
    kept = {"dynamodb", "lambda", "secretsmanager", "email"}
    partitions = [partition | {"services": {
        name: found for name, found in partition["services"].items() if name in kept}}
        for partition in whole["partitions"]]
    return {**whole, "partitions": partitions}


def _model(whole: dict[str, Any], operations: Iterable[str]) -> dict[str, Any]:
    kept = {name: _undocumented(whole["operations"][name]) for name in operations}
    names = _shapes(whole["shapes"], [
        shape["shape"] for operation in kept.values()
        for shape in [operation["input"], operation["output"], *operation.get("errors", [])]])
    shapes = {name: _undocumented(shape) for name, shape in whole["shapes"].items()
              if name in names}
    return {**whole, "documentation": "", "operations": kept, "shapes": shapes}


def _shapes(shapes: dict[str, Any], wanted: list[str]) -> set[str]:
    """Return the names of the wanted shapes and of all that they are made of."""
    found: set[str] = set()
    while wanted:
        name = wanted.pop()
        if name not in found:
            found.add(name)
            shape = shapes[name]
            parts = [*shape.get("members", {}).values(),
                     *(shape[part] for part in ("member", "key", "value") if part in shape)]
            wanted += [part["shape"] for part in parts]
    return found


def _undocumented(value: Any) -> Any:
    """Return the value without its texts for people."""
    if isinstance(value, dict):
        return {name: _undocumented(part) for name, part in value.items()
                if name != "documentation" or not isinstance(part, str)}
    if isinstance(value, list):
        return [_undocumented(part) for part in value]
    return value
