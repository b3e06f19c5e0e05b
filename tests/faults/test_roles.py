"""Each function calls just what its role allows: nothing else, and all of it.

What a role allows is the list that the whole stack is held to, where IAM refuses everything else
(tests/stack/test_least_privilege.py). Here each function goes through all its scenarios, and fails
at each single call, because some calls only undo what was done before.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.session import Session

from scripts import package
from tests.faults import accounts, addresses, codes, factors, passkeys, sessions, signing_in
from tests.faults.scenario import SCENARIOS
from tests.faults.trial import outcome, usual
from tests.faults.world import World
from tests.stack.test_least_privilege import (ALLOWED, MAIL, MAILER, PEPPER,
                                              SIGNING)
from tests.support.failures import EVERY_TRY, THROTTLED, Fault

# The modules hold the scenarios, which are listed as they are imported.
assert accounts and addresses and codes and factors and passkeys and sessions and signing_in
MODULES = {name: module.rpartition(".")[2] for name, module in package.functions().items()}
Call = tuple[str, str]
SECRETS = {"signing-secret": SIGNING, "pepper-secret": PEPPER}


@pytest.fixture
def called(sdk: Session) -> Iterator[set[Call]]:
    """What the clients of this test call: resource and operation."""
    calls: set[Call] = set()

    def note(params: dict[str, Any], model: Any, **_: Any) -> None:
        calls.update(_of(model.name, params))

    sdk.register("provide-client-params", note)
    yield calls
    sdk.unregister("provide-client-params", note)


def _of(operation: str, params: dict[str, Any]) -> Iterator[Call]:
    if operation == "TransactWriteItems":
        for entry in params["TransactItems"]:
            [(kind, put)] = entry.items()
            yield put["TableName"], f"{kind}Item"
    elif operation == "Invoke":
        yield MAILER, "InvokeFunction"
    elif operation == "SendEmail":
        yield MAIL, operation
    else:
        named = [*params.get("RequestItems", ()), params.get("TableName"),
                 SECRETS.get(params.get("SecretId", ""))]
        yield from ((resource, operation) for resource in named if resource)


@pytest.mark.parametrize("function", ALLOWED)
def test_a_function_calls_what_its_role_allows_and_all_of_it(
        function: str, called: set[Call], world: World) -> None:
    seen: set[Call] = set()
    for scenario in SCENARIOS:
        if scenario.function != MODULES[function]:
            continue
        for table in ("users", "identities", "sessions", "attempts", "factors"):
            world.cloud.drop(table)
        world.pairs.clear()
        world.reconnect()
        course = usual(scenario, world)
        for at in range(len(course.calls) + 1):
            world.restore()
            app = world.app(**scenario.settings)
            world.wire.arm(Fault(THROTTLED, at, EVERY_TRY, lasting=False))
            called.clear()
            outcome(scenario, world, course.act, app)
            seen |= called
            world.wire.mend()

    assert seen == {(resource, operation) for resource, operations in ALLOWED[function].items()
                    for operation in operations}
