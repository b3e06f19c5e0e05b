"""Each function of serverless.yml has a module of its name."""

import pytest

from scripts import serverless_yml
from scripts.checkout import Refused


def test_a_function_has_the_module_of_its_name() -> None:
    assert serverless_yml.modules(["getUser"]) == {"getUser": "lambda_functions.get_user"}


def test_a_function_without_a_module_is_named() -> None:
    with pytest.raises(Refused, match="serverless.yml has getThing, setThing, and"):
        serverless_yml.modules(["getUser", "getThing", "setThing"])
