"""The rules that pipelines.gocd.yaml is held to; each yields what breaks it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.delivery.pipeline_flow import (
    FUNCTIONS, SERVICE, commands, fetches, gates, holds, published, steps, tasks)
from tests.delivery.pipeline_format import jobs, stages, unknown_keys

EIGHT_STAGES = ["unit-test", "lint", "code-coverage", "deploy-dev", "stage-for-test",
                "deploy-test", "stage-for-prod", "deploy-prod"]
MAX_TAB_NAME = 15
Document = Mapping[str, Any]


def broken_rules(text: str, document: Document, functions: Sequence[str], root: Path) -> list[str]:
    """Return every breach; `functions` are those of serverless.yml."""
    found = [*unknown_keys(document), *_text(text), *_membership(document, functions)]
    for name, pipeline in document["pipelines"].items():
        for rule in (_labels, _stage_names, _approvals, _tabs, fetches, gates, _profiles):
            found += [f"{name}: {fault}" for fault in rule(pipeline, document)]
        found += [f"{name}: {fault}" for fault in commands(pipeline, root)]
        found += [f"{name}: {fault}" for fault in steps(pipeline)]
    return found


def _text(text: str) -> Iterator[str]:
    if re.search(r"://[^/\s]*:[^/\s]*@", text):
        yield "a URL holds credentials"
    if re.search(r"\bgit\b[^\n]*\bpush\b", text):
        yield "a task pushes to the repository"
    if re.search(r"AWS_(ACCESS_KEY|SECRET|SESSION)|AKIA[A-Z0-9]{12}", text):
        yield "the file holds AWS keys"
    if re.search(r"^\s*(- )?<<:", text, re.MULTILINE):
        yield "merge keys are not something that the plugin promises to read"


def _membership(document: Document, functions: Sequence[str]) -> Iterator[str]:
    of_group = {name: pipeline for name, pipeline in document["pipelines"].items()
                if pipeline.get("group") == FUNCTIONS}
    yield from (f"{name} has no pipeline" for name in functions if name not in of_group)
    yield from (f"{name} is no function" for name in of_group if name not in functions)
    for name, pipeline in of_group.items():
        if pipeline.get("environment_variables") != {"FUNCTION_NAME": name}:
            yield f"{name}: FUNCTION_NAME is not {name}"
        if list(pipeline.get("materials", {})) != [name]:
            yield f"{name}: its material is not named {name}"
        if [stage for stage, _ in stages(pipeline)] != EIGHT_STAGES:
            yield f"{name}: its stages are not the eight"
    for name, pipeline in document["pipelines"].items():
        if pipeline.get("group") == SERVICE:
            first = [task["fetch"].get("pipeline") for task in tasks(stages(pipeline)[0][1])
                     if "fetch" in task]
            yield from (f"{name}: does not fetch the zip of {function}"
                        for function in functions if function not in first)


def _labels(pipeline: Document, _document: Document) -> Iterator[str]:
    named = re.findall(r"\$\{([\w-]+)", pipeline.get("label_template", ""))
    if not named or not set(named) <= set(pipeline.get("materials", {})):
        yield "the label names no material"


def _stage_names(pipeline: Document, _document: Document) -> Iterator[str]:
    names = [name for name, _ in stages(pipeline)]
    if len(names) != len(set(names)):
        yield "a stage's name is used twice"
    for material in pipeline.get("materials", {}).values():
        for pattern in material.get("includes", []):
            if pattern.endswith("**"):
                yield f"{pattern} matches no file; {pattern}/* does"


def _approvals(pipeline: Document, _document: Document) -> Iterator[str]:
    for name, stage in stages(pipeline):
        approval = stage.get("approval")
        if name in ("deploy-test", "deploy-prod") and not approval:
            yield f"{name} needs nobody's approval"
        if approval and approval.get("type") != "manual":
            yield f"{name}: the approval is not manual"
        if approval and approval.get("allow_only_on_success") is not True:
            yield f"{name} can be approved past a failed stage"
        if approval and not approval.get("roles"):
            yield f"{name} can be approved by anybody"


def _tabs(pipeline: Document, _document: Document) -> Iterator[str]:
    for name, stage in stages(pipeline):
        for job in jobs(name, stage).values():
            for tab, path in job.get("tabs", {}).items():
                if len(tab) > MAX_TAB_NAME:
                    yield f"{name}: the tab name {tab} is longer than {MAX_TAB_NAME}"
                if not any(holds(place, path) for place in published(job)):
                    yield f"{name}: the tab {tab} shows what no artifact holds"


def _profiles(pipeline: Document, _document: Document) -> Iterator[str]:
    """One profile an environment, so that its agents alone can reach its AWS account."""
    for name, stage in stages(pipeline):
        variables = stage.get("environment_variables", {})
        account = variables.get("STAGE") or variables.get("FROM")
        for job in jobs(name, stage).values():
            profile = job.get("elastic_profile_id")
            if account and profile != f"deploy-{account}":
                yield f"{name} reaches {account} from the agents of {profile}"
            if not account and not profile:
                yield f"{name} names no elastic profile"
