"""How zips flow through a pipeline: built once, kept, fetched, deployed, checked, taken back."""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from tests.delivery.pipeline_format import jobs, stages

FUNCTIONS, SERVICE = "session", "full-service-deployment"
STEPS = {"deploy": [["deploy"], ["smoke", "KEPT=yes"], ["rollback", "UNCHECKED=yes"]],
         "stage": [["promote"]]}
Document = Mapping[str, Any]


def fetches(pipeline: Document, document: Document) -> Iterator[str]:
    earlier: dict[str, Document] = {}
    for name, stage in stages(pipeline):
        for task in tasks(stage):
            fetch = task.get("fetch")
            if fetch is None:
                continue
            reachable = _upstream(pipeline, document, fetch["pipeline"]) if (
                "pipeline" in fetch) else earlier
            source = reachable.get(fetch["stage"])
            if source is None:
                yield f"{name} fetches from {fetch['stage']}, which is not an earlier stage"
            elif fetch["job"] not in jobs(fetch["stage"], source):
                yield f"{name} fetches from {fetch['job']}, which is no job of {fetch['stage']}"
            elif not any(holds(place, fetch["source"]) for place in
                         published(jobs(fetch["stage"], source)[fetch["job"]])):
                yield f"{name} fetches {fetch['source']}, which {fetch['job']} does not publish"
        earlier[name] = stage


def gates(pipeline: Document, _document: Document) -> Iterator[str]:
    """A material is satisfied when its stage has passed, whatever the stages after it find."""
    for material in pipeline.get("materials", {}).values():
        if "pipeline" in material and material.get("stage") != "code-coverage":
            yield f"it takes what {material['pipeline']} has not checked to the end"


def _upstream(pipeline: Document, document: Document, wanted: str) -> dict[str, Document]:
    """Return the stages of `wanted` up to the one that the pipeline's material waits for."""
    upto = [material["stage"] for material in pipeline["materials"].values()
            if material.get("pipeline") == wanted]
    found: dict[str, Document] = {}
    for name, stage in stages(document["pipelines"].get(wanted, {})) if upto else []:
        found[name] = stage
        if name == upto[0]:
            return found
    return {}


def published(job: Document) -> list[str]:
    """Return where a job's artifacts are on the server."""
    return [str(PurePosixPath(body.get("destination") or "", PurePosixPath(body["source"]).name))
            for artifact in job.get("artifacts", []) for body in artifact.values()]


def holds(place: str, path: str) -> bool:
    return PurePosixPath(path).is_relative_to(place)


def commands(pipeline: Document, root: Path) -> Iterator[str]:
    targets = re.findall(r"^([a-z-]+):", (root / "Makefile").read_text(), re.MULTILINE)
    for name, stage in stages(pipeline):
        for command in _execs(tasks(stage)):
            script = root / command["command"]
            if not (script.is_file() and os.access(script, os.X_OK)):
                yield f"{name} runs {command['command']}, which is no program of the repository"
            if not command.get("arguments") or command["arguments"][0] not in targets:
                yield f"{name} runs {command.get('arguments')}, which is no target of the Makefile"


def _execs(found: list[Document]) -> Iterator[Document]:
    """Yield what the tasks run, and what they run when they are cancelled."""
    for task in found:
        if "exec" in task:
            yield task["exec"]
            yield from _execs([task["exec"].get("on_cancel", {})])


def steps(pipeline: Document) -> Iterator[str]:
    """What a stage does: a zip is built once, deployed, checked, and taken back on failure."""
    built = 0
    for name, stage in stages(pipeline):
        done = [task["exec"].get("arguments") or [] if "exec" in task else ["fetch"]
                for task in tasks(stage)]
        built += done.count(["package"])
        if ["package"] in done and not stage.get("keep_artifacts"):
            yield f"{name} does not keep the zip"
        expected = STEPS.get(name.split("-")[0])
        if expected and [step for step in done if step != ["fetch"]] != expected:
            yield f"{name} does {done}, not fetch and {expected}"
        if expected and done[0] != ["fetch"]:
            yield f"{name} does not fetch the kept zip"
        if name.startswith("deploy"):
            yield from _taking_back(name, tasks(stage))
    if pipeline.get("group") in (FUNCTIONS, SERVICE) and (
            built != (pipeline["group"] == FUNCTIONS)):
        yield f"zips are built {built} times"


def _taking_back(name: str, found: list[Document]) -> Iterator[str]:
    if found[-1].get("exec", {}).get("run_if") != "failed":
        yield f"{name} rolls back although nothing failed"
    for task in found:
        step = task.get("exec", {"arguments": ["fetch"]})
        back = step.get("on_cancel", {}).get("exec", {}).get("arguments")
        if step["arguments"] != ["fetch"] and back != STEPS["deploy"][-1]:
            yield f"{name} leaves what {step['arguments'][0]} did when it is cancelled"


def tasks(stage: Document) -> list[Document]:
    return [task for job in jobs("", stage).values() for task in job.get("tasks", [])]
