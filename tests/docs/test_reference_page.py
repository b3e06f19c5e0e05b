"""api-reference.md has every function, every error, and every name with its true status."""

import importlib
import inspect
import json
import re

import pytest

from lambda_functions import send_mail
from scripts import package, serverless_yml
from scripts.description.document import errors_of
from shared import errors
from shared.gateway.api_gateway import STATUS
from shared.mail import delivery, errands
from tests.docs.examples import Example, examples
from tests.docs.pages import anchors, error_rows, page, rows, sections
from tests.support import routes

REFERENCE = page("api-reference.md")
SECTIONS = sections(REFERENCE)
ALL_ROUTES = {f"{route.method.upper()} {route.path}": route
              for route in serverless_yml.routes(serverless_yml.load())}
# HEAD is described with GET.
ROUTES = {heading: route for heading, route in ALL_ROUTES.items() if route.method != "head"}
WITH_BODY = {(route.method, route.path) for route in routes.with_body()}
WITHOUT_ROUTE = {"authorizer", "clientIdAuthorizer", "sendMail", "preflight"}


def test_every_route_has_a_section_that_names_its_function() -> None:
    named = {heading: route.function for heading, route in ROUTES.items()
             if f"Function `{route.function}`." in SECTIONS.get(heading, "")}

    assert named == {heading: route.function for heading, route in ROUTES.items()}


def test_a_head_is_described_in_the_section_of_its_get() -> None:
    heads = [route.path for route in ALL_ROUTES.values() if route.method == "head"]

    assert [path for path in heads if f"`HEAD {path}`" not in SECTIONS[f"GET {path}"]] == []


def test_the_overview_has_every_route_and_no_other() -> None:
    introduction = REFERENCE.partition("\n## ")[0]
    listed = [(*cell.strip("[)").split("]("), function)
              for cell, function, _ in rows(introduction) if cell.startswith("[")]

    assert {heading: function for heading, _, function in listed} == {
        heading: route.function for heading, route in ROUTES.items()}
    assert len(listed) == len(ROUTES)
    for heading, fragment, _ in listed:
        assert {fragment} == anchors(f"## {heading}")


def test_every_function_has_a_section() -> None:
    described = {route.function for route in ROUTES.values()} | WITHOUT_ROUTE

    assert described == set(package.functions())
    assert WITHOUT_ROUTE <= SECTIONS.keys()


@pytest.mark.parametrize("heading", ROUTES)
def test_a_route_lists_the_errors_that_its_handler_lists(heading: str) -> None:
    module = importlib.import_module(package.functions()[ROUTES[heading].function])
    listed = errors_of(inspect.cleandoc(module.__doc__ or ""))

    assert error_rows(SECTIONS[heading]) == {
        (status, name) for status, names in listed.items() for name in names}


def test_the_table_of_errors_is_the_tree_of_errors() -> None:
    common = REFERENCE.partition("### Errors\n")[2].partition("\n### ")[0]

    assert error_rows(common) == {(429, "throttled")} | {
        (_status(kind), kind.name) for kind in vars(errors).values()
        if inspect.isclass(kind) and issubclass(kind, errors.SessionApiError)}


def _status(kind: type[errors.SessionApiError]) -> int:
    return next(STATUS[ancestor] for ancestor in kind.__mro__ if ancestor in STATUS)


def test_the_section_of_send_mail_names_each_event_of_its_log() -> None:
    """What became of an errand, and of one that failed: by the error, or else by the task."""
    listed = errors_of(inspect.cleandoc(send_mail.__doc__ or ""))
    failed = {kind.event for kind in vars(errors).values()
              if inspect.isclass(kind) and issubclass(kind, errors.SessionApiError)
              and any(kind.name in names for names in listed.values())}
    done = set(re.findall(r'Done\("(\w+)"', inspect.getsource(delivery)))
    task = set(re.findall(r'failure="(\w+)"', inspect.getsource(send_mail)))
    lines = SECTIONS["sendMail"].partition("Each try writes")[2].partition("\n\n")[0]

    assert done and task
    assert set(re.findall(r"`(\w+)`", lines)) == (failed - {None}) | done | task


def examples_that_succeed(heading: str) -> list[Example]:
    """Return the examples of a route that show it itself, and no other on the way to it. One route
    does nothing but lead elsewhere."""
    first_line = re.compile(re.sub(r"{\w+}", r"[^/ ?]+", heading) + "[ ?]")
    return [example for example in examples(SECTIONS[heading])
            if first_line.match(example.request.first_line) and example.status < 400]


@pytest.mark.parametrize("heading", ROUTES)
def test_every_route_has_an_example_that_succeeds(heading: str) -> None:
    assert examples_that_succeed(heading)


@pytest.mark.parametrize("heading", ROUTES)
def test_an_example_sends_a_body_just_where_tests_of_all_bodies_know_of_one(heading: str) -> None:
    """A handler that read it in another way than `request.body(Model)` would escape them."""
    reads_body = (ROUTES[heading].method.upper(), ROUTES[heading].path) in WITH_BODY

    assert {bool(example.request.body) for example in examples_that_succeed(heading)} == {
        reads_body}


def test_a_route_says_which_headers_it_needs() -> None:
    for heading, route in ROUTES.items():
        assert ("| `x-koms-clientid` | required" in SECTIONS[heading]) == bool(route.authorizer)
        if route.authorizer == "authorizer":
            assert "| `Authorization` | required" in SECTIONS[heading]


def test_the_authorizers_say_which_routes_they_guard() -> None:
    guarded = {heading for heading, route in ROUTES.items() if route.authorizer == "authorizer"}
    introduction = SECTIONS["authorizer"].partition(". It lets")[0]

    assert {heading for heading in ROUTES if f"`{heading}`" in introduction} == guarded


def test_send_mail_takes_the_errands_that_the_page_shows() -> None:
    shown = [json.loads(text) for text in
             re.findall(r"```json\n(.+?)```", SECTIONS["sendMail"], re.DOTALL)]

    assert [errands.parse(errand).as_event() for errand in shown] == shown
    assert len(shown) == 3
