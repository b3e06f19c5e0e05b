"""The whole service of a stage: everything in serverless.yml, from zips that are kept.

osls brings API, tables, roles and each function's configuration up to serverless.yml. What it
changes in the functions gets no traffic until `deploy` has seen each start and moves it.
"""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence, Set
from pathlib import Path

from scripts import serverless_yml
from scripts.checkout import DIST, OSLS, ROOT, Refused
from scripts.delivery import aws
from scripts.delivery.functions import Function
from scripts.delivery.gateway import Gateway
from scripts.delivery.kept_zip import kept_zip
from scripts.delivery.parameters import require_known
from scripts.environment import of_osls
from scripts.serverless_yml import SERVICE

SETTLE_SECONDS = 600


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
    wait_until_settled([Function(name, stage, region) for name in functions()])
    gateway = Gateway(stage, region)
    before = gateway.routes()
    _osls(stage, region, dist, parameters)
    take_down(before, Gateway(stage, region))


def _osls(stage: str, region: str, dist: Path, parameters: Mapping[str, str]) -> None:
    command = [str(OSLS), "deploy", "--stage", stage, "--region", region,
               "--param", f"target={dist.name}",
               *(f"--param={name}={value}" for name, value in parameters.items())]
    done = subprocess.run(command, cwd=ROOT, check=False, env=of_osls(os.environ))
    if done.returncode:
        raise Refused("osls deploy failed; what it says is above. No traffic has moved.")


def wait_until_settled(chosen: Sequence[Function]) -> None:
    """Wait until none of the functions is being changed: CloudFormation waits for no other
    deployment, but fails, and takes everything back."""
    deadline = time.monotonic() + SETTLE_SECONDS
    while busy := [function.name for function in chosen if function.is_changing()]:
        if time.monotonic() > deadline:
            raise Refused(f"After {SETTLE_SECONDS} s another deployment is still changing "
                          f"{', '.join(busy)}; nothing was deployed. Run the same again later.")
        time.sleep(aws.POLL_SECONDS)


def take_down(before: Set[str], gateway: Gateway) -> None:
    """Deploy the API once more if a route of before is gone. CloudFormation deletes a route only
    after it has deployed, so that the route would answer until the next deployment
    (serverless/serverless#3730)."""
    try:
        gone = sorted(before - gateway.routes())
        if gone:
            gateway.deploy(f"without {', '.join(gone)}")
            print(f"No longer there: {', '.join(gone)}.")
    except aws.FAILURES as failure:
        print(f"Routes that this deployment has removed may still answer ({failure}). They are "
              f"gone after the next `make deploy STAGE={gateway.stage}`.", file=sys.stderr)


def has_domain(url: str) -> bool:
    """Whether this base URL is of a domain of the stage's own."""
    return ".execute-api." not in url


def base_url(stage: str, region: str) -> str:
    """Return where the stage's API is, as its CloudFormation stack says."""
    client = aws.client("cloudformation", region)
    stack = client.describe_stacks(StackName=f"{SERVICE}-{stage}")["Stacks"][0]
    outputs = {found["OutputKey"]: found["OutputValue"] for found in stack.get("Outputs", [])}
    if "BaseUrl" not in outputs:
        raise Refused(f"The stack {SERVICE}-{stage} has no API; set BASE_URL.")
    return str(outputs["BaseUrl"])
