"""openapi.yaml is true: schemathesis holds the whole stack against it, with all its checks."""

import os
from typing import Any

import hypothesis
import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import ignored_auth

from scripts import openapi
from tests.stack.http_api import Api
from tests.stack.member import Member

# A schema can say what an address looks like, but not which password is strong enough or
# which token is ours: data that fits it may rightly be refused.
CONFIG = SchemathesisConfig.from_dict({"checks": {"positive_data_acceptance": {
    "expected-statuses": ["2xx", "400", "401", "403", "404", "409", "429"]}}})
EXAMPLES = int(os.environ.get("OPENAPI_EXAMPLES", "5"))
schema = schemathesis.openapi.from_path(openapi.PAGE, config=CONFIG)


def test_the_page_is_what_the_code_says() -> None:
    """`make openapi` would change nothing."""
    assert openapi.PAGE.read_text(encoding="utf-8") == openapi.text(), "run make openapi"


@pytest.fixture(scope="module")
def reader(api: Api) -> Member:
    """Whose session no case ends."""
    person = Member.sign_up(api)
    person.sign_in()
    return person


@pytest.fixture(scope="module")
def guarded() -> set[str]:
    """The operations of which it is known that nobody gets in without a token, or with another.
    As in schemathesis's own runs, one case of each is enough: API Gateway asks the authorizer
    before it looks at anything else, and each refusal makes the emulator start it anew."""
    return set()


@schema.parametrize()
@hypothesis.settings(max_examples=EXAMPLES, deadline=None, derandomize=True, database=None,
                     suppress_health_check=list(hypothesis.HealthCheck))
def test_the_stack_answers_as_the_page_says(case: "schemathesis.Case[Any]", api: Api,
                                            reader: Member, guarded: set[str]) -> None:
    """With a token that works; a new one for each case of a route that ends the session."""
    token = Member.sign_up(api).sign_in() if case.method == "DELETE" else reader.access_token
    answer = case.call_and_validate(
        base_url=api.base_url,
        headers={"x-koms-clientid": api.client_id, "Authorization": f"Bearer {token}"},
        excluded_checks=[ignored_auth] if case.operation.label in guarded else [])
    if answer.status_code < 300:
        guarded.add(case.operation.label)
