"""What Go.cd's YAML plugin would silently let through: keys that it does not know.

The keys are those of the plugin's format reference that this project uses.
"""

from collections.abc import Iterator, Mapping
from typing import Any

FILE = {"format_version", "common", "pipelines"}
PIPELINE = {"group", "label_template", "display_order", "environment_variables", "materials",
            "stages"}
MATERIALS = {"configrepo": {"type", "includes"}, "pipeline": {"pipeline", "stage"}}
JOB = {"elastic_profile_id", "timeout", "artifacts", "tabs", "tasks"}
STAGE = {"clean_workspace", "keep_artifacts", "approval", "environment_variables", "jobs"}
APPROVAL = {"type", "allow_only_on_success", "roles"}
ARTIFACT = {"source", "destination"}
TASKS = {"fetch": {"pipeline", "stage", "job", "source", "destination"},
         "exec": {"command", "arguments", "run_if", "on_cancel"}}


def unknown_keys(document: Mapping[str, Any]) -> Iterator[str]:
    yield from _beyond("the file", document, FILE)
    for name, pipeline in document["pipelines"].items():
        yield from _beyond(name, pipeline, PIPELINE)
        for material in pipeline.get("materials", {}).values():
            kind = "pipeline" if "pipeline" in material else material.get("type")
            yield from _beyond(f"{name}, material", material, MATERIALS.get(kind, set()))
        for stage_name, stage in stages(pipeline):
            yield from _stage(f"{name}, {stage_name}", stage)


def _stage(place: str, stage: Mapping[str, Any]) -> Iterator[str]:
    yield from _beyond(place, stage, STAGE if "jobs" in stage else STAGE | JOB - {"jobs"})
    yield from _beyond(f"{place}, approval", stage.get("approval", {}), APPROVAL)
    for job_name, job in jobs(place, stage).items():
        where = f"{place}, {job_name}"
        if "jobs" in stage:
            yield from _beyond(where, job, JOB)
        for artifact in job.get("artifacts", []):
            yield from _beyond(where, artifact, {"build", "test"})
            for body in artifact.values():
                yield from _beyond(f"{where}, artifact", body, ARTIFACT)
        for task in job.get("tasks", []):
            yield from _task(where, task)


def _task(place: str, task: Mapping[str, Any]) -> Iterator[str]:
    yield from _beyond(place, task, set(TASKS))
    for kind, body in task.items():
        yield from _beyond(f"{place}, {kind}", body, TASKS.get(kind, set()))
        if "on_cancel" in body:
            yield from _task(f"{place}, on_cancel", body["on_cancel"])


def _beyond(place: str, mapping: Mapping[str, Any], known: set[str]) -> Iterator[str]:
    yield from (f"{place}: unknown key {key}" for key in mapping if key not in known)


def stages(pipeline: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    return [pair for stage in pipeline.get("stages", []) for pair in stage.items()]


def jobs(stage_name: str, stage: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    """Return the stage's jobs; a stage without any is its own job, by the stage's name."""
    found: Mapping[str, Mapping[str, Any]] = stage.get("jobs", {stage_name: stage})
    return found
