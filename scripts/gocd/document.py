"""The pipelines as text: template.yaml, with what each function needs put in.

The template has the stages, the pipeline of the whole service and that of the network. A
line `# each function: its ...` in it stands for one part of each function.
"""

import re
from collections.abc import Iterable, Mapping
from textwrap import indent

from scripts.checkout import ROOT

TEMPLATE = ROOT / "scripts" / "gocd" / "template.yaml"
HEADER = """\
# Made by `make pipelines` from serverless.yml and scripts/gocd/: change those, not this file.
"""
SLOT = re.compile(r"^( *)# each function: (.+)\n", re.MULTILINE)
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
    "its material": "{name}: {{pipeline: {name}, stage: code-coverage}}\n",
    "its zip": "- fetch: {{pipeline: {name}, stage: unit-test, job: package, source: dist}}\n",
}


def text(includes: Mapping[str, Iterable[str]]) -> str:
    """Return the whole file. `includes` are the files whose change starts a function's pipeline,
    by function, in the order in which Go.cd shows them."""
    def of_each_function(slot: re.Match[str]) -> str:
        parts = "".join(
            PARTS[slot[2]].format(name=name, order=order, includes="\n".join(
                f"        - {pattern}" for pattern in patterns))
            for order, (name, patterns) in enumerate(includes.items(), 1))
        return indent(parts.rstrip("\n") + "\n", slot[1])
    return HEADER + SLOT.sub(of_each_function, TEMPLATE.read_text(encoding="utf-8"))
