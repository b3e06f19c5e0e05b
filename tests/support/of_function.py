"""Which function a test is about, of those that are written once for all functions."""

import sys
from collections.abc import Mapping

from scripts import package


def functions_named(parameters: Mapping[str, object]) -> set[str]:
    """Return the functions that a test's parameters name: by name, by module, by handler, or
    by an object that has a `function`."""
    return {function for function, module in package.functions().items()
            for value in parameters.values()
            if function in (value, getattr(value, "function", None))
            or value == module
            or callable(value) and value is getattr(sys.modules.get(module), "handler", None)}


def is_about_others(parameters: Mapping[str, object], function: str) -> bool:
    """Return whether the parameters name functions, and not this one."""
    named = functions_named(parameters)
    return bool(named) and function not in named
