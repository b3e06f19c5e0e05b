"""The whole service of a stage: everything in serverless.yml, from zips that are kept.

osls brings API, tables, roles and each function's configuration up to serverless.yml. What
it does to the functions has no traffic until `deploy` has seen each start and moves it.
"""

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

from scripts.delivery import aws
from scripts.delivery.kept_zip import Refused, kept_zip
from scripts.delivery.parameters import require_known
from scripts.distributions import ROOT
from scripts.local_stack import OSLS, SERVICE


def functions() -> list[str]:
    """Return the names of the functions in serverless.yml, which needs no YAML library: they
    are the keys one step inside `functions:`."""
    text = (ROOT / "serverless.yml").read_text(encoding="utf-8")
    section = re.search(r"^functions:\n(.*?)^\S", text, re.MULTILINE | re.DOTALL)
    return re.findall(r"^  (\w+):", section[1], re.MULTILINE) if section else []


def bring_up(stage: str, region: str, dist: Path,
             parameters: Mapping[str, str]) -> None:
    """Run osls deploy with the zips of `dist`, each of which must be what was kept.
    `parameters` override those of serverless.yml, which must know them."""
    require_known(parameters)
    for function in functions():
        kept_zip(dist, function)
    command = [str(OSLS), "deploy", "--stage", stage, "--region", region,
               "--param", f"target={dist.name}",
               *(f"--param={name}={value}" for name, value in parameters.items())]
    done = subprocess.run(command, cwd=ROOT, check=False,
                          env=os.environ | {"NODE_NO_WARNINGS": "1"})
    if done.returncode:
        raise Refused("osls deploy failed; what it says is above. No traffic has moved.")


def base_url(stage: str, region: str) -> str:
    """Return where the stage's API is, as its CloudFormation stack says."""
    client = aws.client("cloudformation", region)
    stack = client.describe_stacks(StackName=f"{SERVICE}-{stage}")["Stacks"][0]
    outputs = {found["OutputKey"]: found["OutputValue"] for found in stack.get("Outputs", [])}
    if "ServiceEndpoint" not in outputs:
        raise Refused(f"The stack {SERVICE}-{stage} has no API; set BASE_URL.")
    return str(outputs["ServiceEndpoint"])
