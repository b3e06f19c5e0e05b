"""The whole service of a stage: everything in serverless.yml, from zips that are kept.

osls brings API, tables, roles and each function's configuration up to serverless.yml. What it
changes in the functions gets no traffic until `deploy` has seen each start and moves it.
"""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from scripts import serverless_yml
from scripts.checkout import OSLS, ROOT, Refused
from scripts.delivery import aws
from scripts.delivery.kept_zip import kept_zip
from scripts.delivery.parameters import require_known
from scripts.environment import of_osls
from scripts.package import DIST
from scripts.serverless_yml import SERVICE


def functions() -> list[str]:
    """Return the names of the functions in serverless.yml."""
    return list(serverless_yml.load()["functions"])


def bring_up(stage: str, region: str, dist: Path, parameters: Mapping[str, str]) -> None:
    """Run osls deploy with the zips of `dist`, each of which must be what was kept.
    `parameters` override those of serverless.yml, which must know them."""
    require_known(parameters)
    if dist.resolve().parent != DIST.resolve():
        raise Refused(f"{dist} is not a folder in {DIST}, where serverless.yml looks for the "
                      "zips of the whole service.")
    for function in functions():
        kept_zip(dist, function)
    command = [str(OSLS), "deploy", "--stage", stage, "--region", region,
               "--param", f"target={dist.name}",
               *(f"--param={name}={value}" for name, value in parameters.items())]
    done = subprocess.run(command, cwd=ROOT, check=False, env=of_osls(os.environ))
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
