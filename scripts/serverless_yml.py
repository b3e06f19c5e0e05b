"""serverless.yml as data: its functions and their modules, the routes they answer, and its
stages' parameters.

CloudFormation's short tags (!Ref, !GetAtt) are read as plain values; parameters such as
${param:x} stay as they are written.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from scripts.checkout import ROOT, Refused

# The name under `service` in the file; a stage's stack and functions begin with it.
SERVICE = "session-api"


@dataclass(frozen=True, slots=True)
class Route:
    """`authorizer` is the name of the function that guards the route, None for an open one."""

    function: str
    method: str
    path: str
    authorizer: str | None


class _Loader(yaml.SafeLoader):
    """Reads tags that only CloudFormation knows."""


def _untagged(loader: _Loader, _suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_mapping(node, deep=True)  # type: ignore[arg-type]  # all that is left


_Loader.add_multi_constructor("!", _untagged)


def load(path: Path = ROOT / "serverless.yml") -> Mapping[str, Any]:
    """Return the whole file."""
    with path.open(encoding="utf-8") as file:
        return dict(yaml.load(file, _Loader))


def parameters(definition: Mapping[str, Any], stage: str) -> dict[str, Any]:
    """Return the parameters of a stage, or those that all share when `stage` is empty. Raises
    Refused for a stage that is not there."""
    if not stage:
        return dict(definition["params"]["default"])
    require_stage(definition, stage)
    return {**definition["params"]["default"], **definition["params"][stage]}


def require_stage(definition: Mapping[str, Any], stage: str) -> None:
    """Raise Refused unless there is such a stage."""
    stages = [name for name in definition["params"] if name != "default"]
    if stage not in stages:
        raise Refused(f"There is no stage {stage}; there are {', '.join(stages)}.")


def routes(definition: Mapping[str, Any]) -> Iterator[Route]:
    """Yield each route but those of `preflight`, which answers what the others do not."""
    for function, settings in definition["functions"].items():
        for event in settings.get("events", []):
            http = event["http"]
            if http["method"] != "any":
                yield Route(function, http["method"], "/" + http["path"],
                            http["authorizer"]["name"] if "authorizer" in http else None)


def functions(root: Path = ROOT) -> dict[str, str]:
    """Return every function's name and module, say "getUser": "lambda_functions.get_user"."""
    modules = sorted(path.stem for path in (root / "lambda_functions").glob("[a-z]*.py"))
    return {_camel_case(module): f"lambda_functions.{module}" for module in modules}


def modules(names: Iterable[str]) -> dict[str, str]:
    """Return these functions of serverless.yml with their modules, or raise Refused for those
    that have none."""
    known, wanted = functions(), list(names)
    if missing := [name for name in wanted if name not in known]:
        raise Refused(f"serverless.yml has {', '.join(missing)}, and lambda_functions/ has no "
                      "module of that name.")
    return {name: known[name] for name in wanted}


def _camel_case(module: str) -> str:
    first, *rest = module.split("_")
    return first + "".join(word.capitalize() for word in rest)
