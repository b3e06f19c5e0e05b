"""The pipelines as text: template.yaml, with what each function needs put in.

The template has the stages, the pipeline of the whole service and that of the network. A
line `# each function: its ...` in it stands for one part of each function.
"""

import re
from collections.abc import Mapping
from textwrap import indent

from scripts.checkout import ROOT

TEMPLATE = ROOT / "scripts" / "gocd" / "template.yaml"
HEADER = """\
# Made by `make pipelines` from serverless.yml and scripts/gocd/: change those, not this file.
"""
SLOT = re.compile(r"^( *)# each function: (.+)\n", re.MULTILINE)
# The rest of scripts/ is left out: it neither packs a zip nor runs a step of its pipeline.
PACKING_AND_STEPS = (
    "scripts/step",
    "scripts/__init__.py",
    "scripts/bootstrap.py",
    "scripts/checkout.py",
    "scripts/deliver.py",
    "scripts/deployed_stage.py",
    "scripts/environment.py",
    "scripts/last_words.py",
    "scripts/package.py",
    "scripts/serverless_yml.py",
    "scripts/delivery/*.py",
    "scripts/packing/*.py",
    "scripts/smoke/*.py",
)
PARTS = {
    "its pipeline": """\
{name}:
  group: session
  label_template: ${{{name}[:8]}}
  display_order: {order}
  environment_variables: {{FUNCTION_NAME: {name}}}
  materials:
    {name}:
      type: configrepo
      includes:
{includes}
  stages: *functionStages

""",
    "its material": "{name}: {{pipeline: {name}, stage: unit-test}}\n",
    "its zip": "- fetch: {{pipeline: {name}, stage: unit-test, job: package, source: dist}}\n",
}


def text(functions: Mapping[str, str]) -> str:
    """Return the whole file. `functions` are in the order in which Go.cd shows them, each with
    its module: "getUser": "lambda_functions.get_user"."""
    def of_each_function(slot: re.Match[str]) -> str:
        parts = "".join(
            PARTS[slot[2]].format(name=name, order=order, includes=_includes(module))
            for order, (name, module) in enumerate(functions.items(), 1))
        return indent(parts.rstrip("\n") + "\n", slot[1])
    return HEADER + SLOT.sub(of_each_function, TEMPLATE.read_text(encoding="utf-8"))


def _includes(module: str) -> str:
    """Return the files whose change starts the pipeline of the function in `module`."""
    package, _, name = module.partition(".")
    return "\n".join(f"        - {include}" for include in (
        f"{package}/__init__.py", f"{package}/{name}.py", f"tests/{package}/test_{name}.py",
        "shared/**/*", "requirements*.txt", *PACKING_AND_STEPS))
