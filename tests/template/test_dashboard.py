"""The optional CloudWatch dashboard, as CloudFormation gets it."""

import json
from itertools import combinations
from typing import Any, NamedTuple

import pytest

from scripts import package as packaging
from scripts.serverless_yml import SERVICE
from tests.template.conftest import Package, Template, of_type, read

OURS = f"{SERVICE}-dev"
# What these services count, and ours need of it: "Types of metrics for Lambda functions" in the
# developer guide of Lambda, "Amazon API Gateway dimensions and metrics" in that of API Gateway.
OF_AWS = {"AWS/Lambda": {"Invocations", "Errors", "AsyncEventsDropped"},
          "AWS/ApiGateway": {"Count", "4XXError", "5XXError", "Latency"}}
# Written down a second time, so that a line that gets lost is seen.
SHOWN = {
    (OURS, "SignIns", "Sum"), (OURS, "SignInFailures", "Sum"), (OURS, "LockOuts", "Sum"),
    ("refreshSession", "Invocations", "Sum"),
    (OURS, "TokenReuses", "Sum"),
    ("sendMail", "Invocations", "Sum"), ("sendMail", "Errors", "Sum"),
    ("sendMail", "AsyncEventsDropped", "Sum"), (OURS, "NoticesLost", "Sum"),
    ("AWS/ApiGateway", "Latency", "p50"), ("AWS/ApiGateway", "Latency", "p99"),
    ("AWS/ApiGateway", "Count", "Sum"), ("AWS/ApiGateway", "4XXError", "Sum"),
    ("AWS/ApiGateway", "5XXError", "Sum")}
# A dashboard of more is not among those that are free ("Amazon CloudWatch Pricing").
MAX_METRICS = 50
COLUMNS = 24


class Line(NamedTuple):
    """A line of a graph: the last part of its entry says how it is drawn."""

    namespace: str
    name: str
    dimensions: dict[str, str]
    statistic: str
    label: str


@pytest.fixture(scope="module")
def asked(package: Package, tmp_path_factory: pytest.TempPathFactory) -> Template:
    """A stage that asks for a dashboard."""
    folder = tmp_path_factory.mktemp("asked")
    done = package("dev", folder, "dashboard=true")
    assert done.returncode == 0, done.stdout + done.stderr
    return read(folder)


@pytest.fixture(scope="module")
def graphs(asked: Template) -> list[Template]:
    """The graphs of the dashboard in us-west-2."""
    [dashboard] = of_type(asked, "CloudWatch::Dashboard").values()
    written = dashboard["DashboardBody"]["Fn::Sub"].replace("${AWS::Region}", "us-west-2")
    assert "${" not in written
    body = json.loads(written)
    assert body.keys() == {"widgets"}
    return list(body["widgets"])


@pytest.fixture(scope="module")
def lines(graphs: list[Template]) -> list[Line]:
    return [_line(*entry) for graph in graphs for entry in graph["properties"]["metrics"]]


def _line(namespace: str, name: str, *rest: Any) -> Line:
    *dimensions, drawn = rest
    return Line(namespace, name, dict(zip(dimensions[::2], dimensions[1::2], strict=True)),
                drawn["stat"], drawn["label"])


def _holds(template: Template, condition: Any, given: dict[str, str]) -> bool:
    """Whether a condition is true with these parameters in place of the defaults."""
    [(function, argument)] = condition.items()
    if function == "Condition":
        return _holds(template, template["Conditions"][argument], given)
    if function == "Fn::Equals":
        left, right = (given.get(side["Ref"], template["Parameters"][side["Ref"]]["Default"])
                       if isinstance(side, dict) else side for side in argument)
        return bool(left == right)
    if function == "Fn::Not":
        return not _holds(template, argument[0], given)
    assert function == "Fn::And"
    return all(_holds(template, each, given) for each in argument)


def _is_made(template: Template, target: str) -> bool:
    [dashboard] = [resource for resource in template["Resources"].values()
                   if resource["Type"] == "AWS::CloudWatch::Dashboard"]
    return _holds(template, {"Condition": dashboard["Condition"]}, {"Target": target})


def test_a_stage_has_no_dashboard_of_itself(template: Template) -> None:
    assert not _is_made(template, "aws")


def test_a_stage_that_asks_for_one_has_it_and_an_emulator_has_none(asked: Template) -> None:
    assert _is_made(asked, "aws")
    assert not _is_made(asked, "host")


def test_it_has_the_name_of_the_stack(asked: Template) -> None:
    [dashboard] = of_type(asked, "CloudWatch::Dashboard").values()

    assert dashboard["DashboardName"] == OURS


def test_it_shows_sign_ins_refreshes_reuse_mail_and_latency(lines: list[Line]) -> None:
    shown = [(line.dimensions.get("FunctionName", line.namespace).removeprefix(f"{OURS}-"),
              line.name, line.statistic) for line in lines]

    assert sorted(shown) == sorted(SHOWN)
    assert len(lines) <= MAX_METRICS


def test_each_metric_is_counted_by_somebody(asked: Template, lines: list[Line]) -> None:
    """A graph of a metric that nobody counts is empty, and CloudWatch does not say why."""
    of_filters = [transformation for properties in of_type(asked, "Logs::MetricFilter").values()
                  for transformation in properties["MetricTransformations"]]
    counted = {(each["MetricNamespace"], each["MetricName"]) for each in of_filters} | {
        (namespace, name) for namespace, names in OF_AWS.items() for name in names}

    assert {(line.namespace, line.name) for line in lines} - counted == set()


def test_each_metric_is_of_a_function_or_the_api_of_the_stage(asked: Template, lines: list[Line]
                                                              ) -> None:
    functions = {f"{OURS}-{name}" for name in packaging.functions()}
    of_alarm = of_type(asked, "CloudWatch::Alarm")["LatencyAlarm"]["Dimensions"]
    api = {dimension["Name"]: dimension["Value"] for dimension in of_alarm}

    for line in lines:
        if line.namespace == "AWS/Lambda":
            assert line.dimensions.keys() == {"FunctionName"}
            assert line.dimensions["FunctionName"] in functions
        else:
            assert line.dimensions == (api if line.namespace == "AWS/ApiGateway" else {})


def test_each_graph_is_of_the_region_of_the_stage_and_tells_its_lines_apart(
        asked: Template, graphs: list[Template]) -> None:
    [dashboard] = of_type(asked, "CloudWatch::Dashboard").values()

    # What is not substituted is not the region of the stage.
    assert "us-west-2" not in dashboard["DashboardBody"]["Fn::Sub"]
    for graph in graphs:
        labels = [_line(*entry).label for entry in graph["properties"]["metrics"]]
        assert graph["type"] == "metric" and graph["properties"]["region"] == "us-west-2"
        assert len(set(labels)) == len(labels)


def test_graphs_are_on_the_grid_and_none_covers_another(graphs: list[Template]) -> None:
    assert len({graph["properties"]["title"] for graph in graphs}) == len(graphs) > 1
    for graph in graphs:
        assert min(graph["x"], graph["y"]) >= 0 < min(graph["width"], graph["height"])
        assert graph["x"] + graph["width"] <= COLUMNS
    for one, other in combinations(graphs, 2):
        assert not (_overlap(one, other, "x", "width") and _overlap(one, other, "y", "height"))


def _overlap(one: Template, other: Template, start: str, length: str) -> bool:
    return bool(one[start] < other[start] + other[length]
                and other[start] < one[start] + one[length])
