"""Each function of serverless.yml has a module of its name."""

import pytest

from scripts import package
from scripts.checkout import Refused


def test_a_function_has_the_module_of_its_name() -> None:
    assert package.modules(["getUser"]) == {"getUser": "lambda_functions.get_user"}


def test_a_function_without_a_module_is_named() -> None:
    with pytest.raises(Refused, match="serverless.yml has getThing, setThing, and"):
        package.modules(["getUser", "getThing", "setThing"])
