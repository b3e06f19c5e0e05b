"""What a function reaches is read off its imports, and of the wiring only what it names."""

from pathlib import Path

import pytest

from scripts.packing import reach

SOURCES = {
    "lambda_functions/__init__.py": "",
    "lambda_functions/greet.py": """
        from shared.gateway import api_gateway
        def greet(request, services): ...
        handler = api_gateway.endpoint(greet, "greetings")
        """,
    "shared/__init__.py": "",
    "shared/gateway/__init__.py": "",
    "shared/gateway/api_gateway.py": "import json\nfrom shared.wiring import services\n",
    "shared/wiring/__init__.py": "",
    "shared/wiring/services.py": """
        from typing import TYPE_CHECKING
        from shared import clock
        from shared.wiring.adapters import Adapters
        if TYPE_CHECKING:
            import pydantic
        class Services(Adapters):
            def greetings(self):
                from shared.stores.words import Words
                return Words(self._table())
            def passwords(self):
                import bcrypt
        """,
    "shared/wiring/adapters.py": """
        class Adapters:
            def _table(self):
                import botocore.session
            def mailer(self):
                import smtplib_of_others
        """,
    "shared/clock.py": "import time\n",
    "shared/unused.py": "import zxcvbn\n",
    "shared/stores/__init__.py": "",
    "shared/stores/words.py": """
        class Words:
            def say(self):
                import jwt.algorithms
        """,
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, source in SOURCES.items():
        write(tmp_path, name, source)
    return tmp_path


def write(root: Path, name: str, source: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source.replace("\n        ", "\n"))


def test_a_module_brings_all_it_imports_and_the_packages_it_lies_in(root: Path) -> None:
    reached = reach.of_function(root, "lambda_functions.greet")

    assert {path.as_posix() for path in reached.files} == SOURCES.keys() - {"shared/unused.py"}


def test_the_wiring_brings_only_what_the_named_members_use(root: Path) -> None:
    reached = reach.of_function(root, "lambda_functions.greet")

    assert reached.foreign == {"botocore", "jwt"}


def test_a_member_that_the_wiring_does_not_have_is_an_error(root: Path) -> None:
    write(root, "lambda_functions/greet.py", SOURCES["lambda_functions/greet.py"].replace(
        "greetings", "greeting"))

    with pytest.raises(ValueError, match="Services in shared.wiring.services has no greeting"):
        reach.of_function(root, "lambda_functions.greet")


@pytest.mark.parametrize("call", ["endpoint(greet, ", "gateway.endpoint(greet, ", "str("])
def test_a_handler_that_names_its_members_in_no_known_way_is_an_error(root: Path, call: str
                                                                      ) -> None:
    write(root, "lambda_functions/greet.py", SOURCES["lambda_functions/greet.py"].replace(
        "api_gateway.endpoint(greet, ", call))

    with pytest.raises(ValueError, match="a handler module must call one of api_gateway.endpoint,"):
        reach.of_function(root, "lambda_functions.greet")


@pytest.mark.parametrize("maker", reach.MAKERS)
def test_a_handler_of_every_kind_names_its_members(root: Path, maker: str) -> None:
    write(root, "lambda_functions/greet.py", SOURCES["lambda_functions/greet.py"].replace(
        "api_gateway.endpoint", maker))

    assert "jwt" in reach.of_function(root, "lambda_functions.greet").foreign


def test_a_relative_import_is_an_error(root: Path) -> None:
    write(root, "shared/clock.py", "from . import time_zones\n")

    with pytest.raises(ValueError, match="relative"):
        reach.of_function(root, "lambda_functions.greet")
