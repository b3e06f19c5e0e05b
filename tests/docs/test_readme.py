"""The tables, commands and links of the pages say what the code says."""

import re
from dataclasses import MISSING, fields

import pytest

from scripts import serverless_yml
from scripts.checkout import ROOT
from scripts.delivery.parameters import NEVER_SAID
from shared.settings import Settings
from tests.docs.examples import examples
from tests.docs.pages import PAGES, anchors, links, page, rows, sections
from tests.support.bounds import BOUNDS, LEAST_LOCAL, REQUIRED

SETTINGS_PAGE = page("docs/settings.md")
PARAMETERS = serverless_yml.load()["params"]["default"]
EVERY_PARAMETER = {name for section in serverless_yml.load()["params"].values()
                   for name in section} - {NEVER_SAID}
# With what only one function is told.
ENVIRONMENT = serverless_yml.load()["functions"]["getPage"]["environment"] | (
    serverless_yml.load()["provider"]["environment"])
SETTINGS = {cells[1]: cells for cells in rows(SETTINGS_PAGE) if len(cells) == 5
            and cells[1].isupper()}


def test_every_setting_is_in_the_table_or_set_by_the_template() -> None:
    every = {field.name.upper() for field in fields(Settings)}

    assert SETTINGS.keys() == {
        name for name, value in ENVIRONMENT.items() if str(value).startswith("${param:")}
    assert every - set(REQUIRED) <= SETTINGS.keys()
    assert all(f"`{name}`" in SETTINGS_PAGE for name in REQUIRED)
    assert every == ENVIRONMENT.keys()


@pytest.mark.parametrize("variable", SETTINGS)
def test_a_setting_has_the_parameter_and_default_of_the_template(variable: str) -> None:
    parameter, _, default, _, _ = SETTINGS[variable]

    assert ENVIRONMENT[variable] == f"${{param:{parameter}}}"
    assert _as_written(PARAMETERS[parameter]) == default


@pytest.mark.parametrize("variable", BOUNDS)
def test_a_number_has_its_true_default_and_bounds(variable: str) -> None:
    _, _, default, bounds, meaning = SETTINGS[variable]
    defaults = {field.name.upper(): field.default for field in fields(Settings)}
    least, most = BOUNDS[variable]

    assert defaults[variable] in (int(default), MISSING)
    assert bounds == f"{least} to {most}"
    assert re.findall(r"stage local accepts values from (\d+)", meaning) == (
        [str(LEAST_LOCAL[variable])] if variable in LEAST_LOCAL else [])


def test_every_parameter_of_a_stage_is_named_with_its_default() -> None:
    shown = {cells[0]: cells[2] for cells in SETTINGS.values()}
    for names, defaults, _ in (cells for cells in rows(SETTINGS_PAGE) if len(cells) == 3):
        shown |= dict(zip(names.split(", "), defaults.split(", "), strict=True))

    # One that only a stage sets is empty on the others.
    assert {name: shown.get(name) for name in EVERY_PARAMETER} == {
        name: _as_written(PARAMETERS.get(name, "")) for name in EVERY_PARAMETER}


def test_operators_are_told_what_each_graph_of_the_dashboard_shows() -> None:
    _, _, *told = rows(sections(page("docs/operating.md"))["The dashboard"])

    assert [graph for graph, _ in told] == [
        graph["title"] for graph in serverless_yml.load()["custom"]["dashboard"]]


def _as_written(default: object) -> str:
    if isinstance(default, bool):
        return str(default).lower()
    text = str(default).replace("${self:service}", serverless_yml.SERVICE)
    return "none" if default == [] else text or "empty"


def make_targets(name: str) -> set[str]:
    """Return the targets of the commands that a page shows."""
    return set(re.findall(r"(?:^    |`)make ([a-z-]+)", page(name), re.MULTILINE))


@pytest.mark.parametrize("name", PAGES)
def test_every_make_target_that_a_page_names_exists(name: str) -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)

    assert make_targets(name) <= set(targets)


def test_every_make_target_is_named() -> None:
    listed = re.findall(r"^([a-z-]+):.* ## ", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)

    assert set(listed) - set().union(*map(make_targets, PAGES)) == {"help"}


@pytest.mark.parametrize("name", PAGES)
def test_every_link_leads_somewhere(name: str) -> None:
    for file, fragment in links(page(name)):
        target = (ROOT / name).parent / file if file else ROOT / name
        assert target.exists(), file
        if fragment:
            assert fragment in anchors(target.read_text("utf-8")), fragment


def test_the_readme_shows_an_example_of_the_reference() -> None:
    """Those of the reference are played against the whole stack."""
    [shown] = examples(page("README.md"))
    played = {example.request.first_line + example.request.body: example.answer.body
              for example in examples(page("api-reference.md"))}

    assert played[shown.request.first_line + shown.request.body] == shown.answer.body


def test_the_readme_names_every_room_of_shared() -> None:
    rooms = {f"{path.parent.name}/" for path in (ROOT / "shared").glob("*/__init__.py")}
    [layout] = [part for part in page("README.md").split("\n## ")
                if part.startswith("How the code is laid out")]
    named = {name for cells in rows(layout) for name in cells[0].split(", ")
             if name.endswith("/")}

    assert named == rooms
