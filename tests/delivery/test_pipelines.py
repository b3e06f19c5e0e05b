"""What `make pipelines` writes keeps the rules, and each rule is seen to bite on a broken copy."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import yaml

from scripts import package, pipelines, serverless_yml
from scripts.checkout import ROOT, Refused
from scripts.delivery import whole_service
from scripts.gocd import document as written
from tests.delivery.pipeline_rules import broken_rules

TEXT = pipelines.text()


def copy() -> Any:
    """Return the document without what anchors share, so that one place can be broken."""
    return json.loads(json.dumps(yaml.safe_load(TEXT)))


def stage(document: Any, name: str, pipeline: str = "createSession") -> Any:
    return next(found[name] for found in document["pipelines"][pipeline]["stages"]
                if name in found)


def faults(document: Any, text: str = TEXT) -> list[str]:
    return broken_rules(text, document, whole_service.functions(), ROOT)


def test_the_file_is_what_make_pipelines_writes() -> None:
    assert pipelines.FILE.read_text(encoding="utf-8") == TEXT, "run make pipelines"


def test_the_pipelines_break_no_rule() -> None:
    assert faults(copy()) == []


def test_a_function_that_is_added_has_a_pipeline_and_its_zip_is_deployed_with_the_others() -> None:
    functions = {name: ["shared/*.py"] for name in whole_service.functions()}

    text = written.text(functions | {"doThis": ["lambda_functions/do_this.py"]})

    document = yaml.safe_load(text)
    assert broken_rules(text, document, [*functions, "doThis"], ROOT) == []
    assert document["pipelines"]["doThis"]["display_order"] == len(functions) + 1
    assert document["pipelines"]["full-service"]["materials"]["doThis"] == {
        "pipeline": "doThis", "stage": "code-coverage"}


def test_a_function_without_a_module_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serverless_yml, "load", lambda: {"functions": {"ping": {}, "pong": {}}})

    with pytest.raises(Refused, match="serverless.yml has pong, and"):
        pipelines.text()


def test_the_functions_are_those_that_serverless_yml_deploys() -> None:
    class Loader(yaml.SafeLoader):
        """Reads CloudFormation's short forms as nothing."""

    yaml.add_multi_constructor("!", lambda *_: None, Loader)
    document = yaml.load((ROOT / "serverless.yml").read_text(), Loader)

    assert whole_service.functions() == list(document["functions"])
    assert sorted(document["functions"]) == sorted(package.functions())


Break = Callable[[Any], object]
BREAKS: Mapping[str, tuple[Break, str]] = {
    "a function without a pipeline": (
        lambda d: d["pipelines"].pop("ping"), "ping has no pipeline"),
    "a pipeline without a function": (
        lambda d: d["pipelines"].update(pong=d["pipelines"]["ping"]), "pong is no function"),
    "another function's name": (
        lambda d: d["pipelines"]["ping"].update(environment_variables={"FUNCTION_NAME": "pong"}),
        "FUNCTION_NAME is not ping"),
    "a material of another name": (
        lambda d: d["pipelines"]["ping"].update(materials={"pong": {"type": "configrepo"}}),
        "its material is not named ping"),
    "stages in another order": (
        lambda d: d["pipelines"]["ping"]["stages"].reverse(), "its stages are not the eight"),
    "a stage twice": (
        lambda d: d["pipelines"]["full-service"]["stages"].append(
            d["pipelines"]["full-service"]["stages"][0]), "is used twice"),
    "a misspelt key of a pipeline": (
        lambda d: d["pipelines"]["ping"].update(lable_template="x"), "unknown key lable_template"),
    "a misspelt key of a material": (
        lambda d: d["pipelines"]["ping"]["materials"]["ping"].update(include=[]),
        "unknown key include"),
    "a misspelt key of a stage": (
        lambda d: stage(d, "deploy-dev").update(clean_workplace=True),
        "unknown key clean_workplace"),
    "a misspelt key of a job": (
        lambda d: stage(d, "unit-test")["jobs"]["package"].update(time_out=1),
        "unknown key time_out"),
    "a misspelt key of an approval": (
        lambda d: stage(d, "deploy-prod")["approval"].update(role=["anybody"]),
        "unknown key role"),
    "a misspelt key of an artifact": (
        lambda d: stage(d, "lint")["artifacts"][0]["build"].update(dest="x"),
        "unknown key dest"),
    "a misspelt key of a task": (
        lambda d: stage(d, "lint")["tasks"][0]["exec"].update(runif="any"),
        "unknown key runif"),
    "a task of a kind that needs a plugin": (
        lambda d: stage(d, "lint")["tasks"].append({"script": "make lint"}),
        "unknown key script"),
    "a label of no material": (
        lambda d: d["pipelines"]["ping"].update(label_template="${pong[:8]}"),
        "the label names no material"),
    "a pattern that matches no file": (
        lambda d: d["pipelines"]["ping"]["materials"]["ping"]["includes"].append("shared/**"),
        "matches no file"),
    "prod without an approval": (
        lambda d: stage(d, "deploy-prod").pop("approval"), "deploy-prod needs nobody's approval"),
    "an approval that is automatic": (
        lambda d: stage(d, "deploy-test")["approval"].update(type="success"),
        "the approval is not manual"),
    "an approval past a failed stage": (
        lambda d: stage(d, "deploy-test")["approval"].pop("allow_only_on_success"),
        "can be approved past a failed stage"),
    "an approval by anybody": (
        lambda d: stage(d, "deploy-prod")["approval"].pop("roles"), "can be approved by anybody"),
    "a tab that shows nothing": (
        lambda d: stage(d, "lint")["tabs"].update(lint="lint.html"), "shows what no artifact"),
    "a tab with a long name": (
        lambda d: stage(d, "lint").update(tabs={"findings-of-lint": "lint/lint.txt"}),
        "is longer than 15"),
    "a fetch from a later stage": (
        lambda d: stage(d, "deploy-dev")["tasks"][0]["fetch"].update(stage="deploy-test"),
        "which is not an earlier stage"),
    "a fetch from no job": (
        lambda d: stage(d, "deploy-dev")["tasks"][0]["fetch"].update(job="unit-tests"),
        "which is no job of unit-test"),
    "a fetch of what is not published": (
        lambda d: stage(d, "deploy-dev")["tasks"][0]["fetch"].update(source="build"),
        "does not publish"),
    "a fetch from a pipeline that is no material": (
        lambda d: d["pipelines"]["full-service"]["materials"].pop("ping"),
        "which is not an earlier stage"),
    "a whole service without one zip": (
        lambda d: stage(d, "deploy-dev", "full-service")["tasks"].pop(0),
        "full-service: does not fetch the zip of ping"),
    "agents of another environment": (
        lambda d: stage(d, "deploy-prod").update(elastic_profile_id="deploy-dev"),
        "reaches prod from the agents of deploy-dev"),
    "a job without agents": (
        lambda d: stage(d, "lint").pop("elastic_profile_id"), "names no elastic profile"),
    "a program that is not there": (
        lambda d: stage(d, "lint")["tasks"][0]["exec"].update(command="scripts/steps"),
        "which is no program of the repository"),
    "a program that cannot be run": (
        lambda d: stage(d, "lint")["tasks"][0]["exec"].update(command="README.md"),
        "which is no program of the repository"),
    "a step that is no Make target": (
        lambda d: stage(d, "lint")["tasks"][0]["exec"].update(arguments=["lints"]),
        "which is no target of the Makefile"),
    "a zip that is built again": (
        lambda d: stage(d, "deploy-prod")["tasks"].insert(
            0, {"exec": {"command": "scripts/step", "arguments": ["package"]}}),
        "zips are built 2 times"),
    "a zip that is not kept": (
        lambda d: stage(d, "unit-test").pop("keep_artifacts"), "does not keep the zip"),
    "a deployment that is not checked": (
        lambda d: stage(d, "deploy-dev")["tasks"].pop(2), "not fetch and [['deploy'], ['smoke'"),
    "a deployment of something else": (
        lambda d: stage(d, "deploy-test")["tasks"].pop(0), "does not fetch the kept zip"),
    "a rollback after success": (
        lambda d: stage(d, "deploy-dev")["tasks"][3]["exec"].pop("run_if"),
        "rolls back although nothing failed"),
    "a deployment that is checked whatever has the traffic": (
        lambda d: stage(d, "deploy-dev")["tasks"][2]["exec"]["arguments"].pop(),
        "not fetch and [['deploy'], ['smoke', 'KEPT=yes'"),
    "a deployment that is cancelled and left": (
        lambda d: stage(d, "deploy-prod")["tasks"][1]["exec"].pop("on_cancel"),
        "leaves what deploy did when it is cancelled"),
    "a check that is cancelled and leaves what was not checked": (
        lambda d: stage(d, "deploy-prod", "full-service")["tasks"][2]["exec"].pop("on_cancel"),
        "leaves what smoke did when it is cancelled"),
    "a cancellation that goes back one version": (
        lambda d: stage(d, "deploy-dev")["tasks"][1]["exec"]["on_cancel"]["exec"][
            "arguments"].pop(), "leaves what deploy did when it is cancelled"),
    "a misspelt key of a cancellation": (
        lambda d: stage(d, "deploy-dev")["tasks"][1]["exec"]["on_cancel"]["exec"].update(args=[]),
        "on_cancel, exec: unknown key args"),
    "a whole service of what lint and coverage have not passed": (
        lambda d: d["pipelines"]["full-service"]["materials"]["ping"].update(stage="unit-test"),
        "full-service: it takes what ping has not checked to the end"),
    "a promotion that checks nothing": (
        lambda d: stage(d, "stage-for-prod")["tasks"].pop(), "not fetch and [['promote']]"),
}


@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_copy_is_refused(name: str) -> None:
    breaks, expected = BREAKS[name]
    document = copy()

    breaks(document)

    assert any(expected in fault for fault in faults(document)), faults(document)


@pytest.mark.parametrize(("line", "expected"), [
    ("url: https://bot:secret@example.org/x.git", "a URL holds credentials"),
    ("- exec: {command: git, arguments: [push, --force]}", "a task pushes to the repository"),
    ("AWS_ACCESS_KEY_ID: x", "the file holds AWS keys"),
    ("  <<: *defaults", "merge keys"),
])
def test_a_line_that_must_not_be_there_is_refused(line: str, expected: str) -> None:
    found = faults(copy(), f"{TEXT}\n{line}\n")

    assert any(expected in fault for fault in found)


def test_the_coverage_step_has_a_real_threshold() -> None:
    recipe = (ROOT / "Makefile").read_text().split("\ncoverage:")[1].split("\n\n")[0]
    least = re.search(r"report --fail-under (\d+)", recipe)

    assert least and int(least[1]) >= 90
    assert "--cov-branch" in recipe


@pytest.mark.parametrize("target", ["unit-test", "lint", "coverage"])
def test_no_check_of_a_pipeline_ends_well_whatever_it_finds(target: str) -> None:
    recipe = (ROOT / "Makefile").read_text().split(f"\n{target}:")[1].split("\n\n")[0]

    assert "|| true" not in recipe
    assert "\n\t-" not in recipe
