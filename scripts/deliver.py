"""The steps of the pipelines: deploy, smoke, promote, rollback, deploy-vpc. See --help.

Go.cd passes what they work on in the environment (FUNCTION_NAME, STAGE, FROM, TO), and people
pass it to the Make targets of the same names. Without a function, a step works on all of them.
AWS credentials come from the agent or the shell; none are kept here.
"""

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from scripts import serverless_yml
from scripts.checkout import ROOT, Refused
from scripts.delivery import network, parameters, rollback, whole_service
from scripts.delivery.deploy import deploy
from scripts.delivery.functions import Function
from scripts.delivery.kept_zip import KeptZip, kept_zip
from scripts.delivery.promote import promote
from scripts.deployed_stage import (LOCAL, add_region, reason, region,
                                    require_credentials)
from scripts.smoke.api import Api, Wrong
from scripts.smoke.checks import smoke

# What a pipeline keeps of a step: which version took over from which, what was promoted.
RECORDS = Path(os.environ.get("RECORDS") or ROOT / "build" / "delivery")
# How people say to make what a step needs.
EXAMPLES = {"STAGE": "STAGE=dev", "FROM": "FROM=dev", "TO": "TO=test"}


def names(arguments: argparse.Namespace) -> list[str]:
    known = whole_service.functions()
    if arguments.function and arguments.function not in known:
        raise Refused(f"There is no function {arguments.function}; there are {', '.join(known)}.")
    return [arguments.function] if arguments.function else known


def pairs(arguments: argparse.Namespace, stage: str) -> list[tuple[Function, KeptZip]]:
    return [(Function(name, stage, arguments.region), kept_zip(arguments.dist, name))
            for name in names(arguments)]


def run_deploy(arguments: argparse.Namespace) -> None:
    if arguments.stage == LOCAL:
        raise Refused("Stage local is deployed by `make run`.")
    if not arguments.function:
        whole_service.bring_up(arguments.stage, arguments.region, arguments.dist,
                               parameters.named(arguments.param))
    for move in deploy(pairs(arguments, arguments.stage), _deployment(arguments)):
        since = "as before" if move.after == move.before else f"in place of {move.before}"
        print(f"{move.function}: version {move.after} has the traffic of {arguments.stage}, "
              f"{since}; sha256 {move.sha256}")
    if not arguments.function:
        print(f"Base URL: {whole_service.base_url(arguments.stage, arguments.region)}")


def run_smoke(arguments: argparse.Namespace) -> None:
    url = arguments.base_url or whole_service.base_url(arguments.stage, arguments.region)
    for name in names(arguments):
        seen = smoke(name, Api(url, arguments.client_id), arguments.sign_up != "no")
        print(f"{name}: {seen}")


def run_promote(arguments: argparse.Namespace) -> None:
    serverless_yml.require_stage(serverless_yml.load(), arguments.target)
    record = RECORDS / f"promotion-{arguments.target}.json"
    promote(pairs(arguments, arguments.source), arguments.target, record, arguments.run)
    print(f"May go to {arguments.target}: {record}\n{record.read_text()}", end="")


def run_rollback(arguments: argparse.Namespace) -> None:
    if arguments.recorded:
        moves = rollback.undo(_deployment(arguments), arguments.region)
    else:
        moves = rollback.back([Function(name, arguments.stage, arguments.region)
                               for name in names(arguments)])
    moved = 0
    for moved, move in enumerate(moves, 1):
        print(f"{move.function}: version {move.after} has the traffic of {arguments.stage} "
              f"again, in place of {move.before}; sha256 {move.sha256}", flush=True)
    if not moved:
        print("Nothing to roll back: this run has moved no traffic.")


def run_deploy_vpc(arguments: argparse.Namespace) -> None:
    changes = network.deploy_vpc(arguments.region, parameters.named(arguments.param),
                                 arguments.stack)
    print("\n".join(changes) or "The network is as the template says; nothing was changed.")


def _stage(arguments: argparse.Namespace) -> str:
    """Return the stage that a step works on; empty for the network, which belongs to none."""
    given = vars(arguments)
    return str(given.get("source") or given.get("stage") or "")


def _deployment(arguments: argparse.Namespace) -> Path:
    return RECORDS / f"deployment-{arguments.stage}.json"


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="python -m scripts.deliver",
                                  description=__doc__.split("\n")[0])
    commands = top.add_subparsers(required=True, metavar="STEP")

    def step(name: str, run: object, text: str, *options: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=text)
        added.set_defaults(run_step=run, step=name, needs={})
        add_region(added)
        for option in options:
            OPTIONS[option](added)
        return added

    step("deploy", run_deploy, "bring kept zips live", "function", "stage", "dist", "param")
    checked = step("smoke", run_smoke, "check the deployed answers", "function", "stage")
    checked.add_argument("--base-url", default=os.environ.get("BASE_URL", ""))
    checked.add_argument("--client-id", default=os.environ.get("CLIENT_ID") or "pipeline")
    checked.add_argument("--sign-up", default=os.environ.get("SMOKE_SIGN_UP", "yes"),
                         choices=["yes", "no"])
    promoted = step("promote", run_promote, "let what FROM runs go to TO", "function", "dist")
    _from_environment(promoted, "--from", "FROM", "source")
    _from_environment(promoted, "--to", "TO", "target")
    promoted.add_argument("--run", default=os.environ.get("GO_PIPELINE_LABEL", ""))
    undone = step("rollback", run_rollback, "go back one version", "function", "stage")
    undone.add_argument("--recorded", action="store_true",
                        help="undo just what `deploy` moved in this workspace")
    vpc = step("deploy-vpc", run_deploy_vpc, "create or update the network", "param")
    vpc.add_argument("--stack", default=network.STACK)
    return top


def _from_environment(step: argparse.ArgumentParser, option: str, variable: str,
                      name: str) -> None:
    step.add_argument(option, dest=name, default=os.environ.get(variable), metavar=variable)
    step.set_defaults(needs={**(step.get_default("needs") or {}), name: variable})


OPTIONS: dict[str, Callable[[argparse.ArgumentParser], object]] = {
    "function": lambda step: step.add_argument(
        "--function", default=os.environ.get("FUNCTION_NAME", ""), help="none: all of them"),
    "stage": lambda step: _from_environment(step, "--stage", "STAGE", "stage"),
    "dist": lambda step: step.add_argument(
        "--dist", type=Path, default=os.environ.get("DIST") or ROOT / "dist/aws"),
    "param": lambda step: step.add_argument(
        "--param", action="append", default=os.environ.get("PARAMS", "").split(),
        metavar="NAME=VALUE"),
}


def main() -> None:
    arguments = parser().parse_args()
    for name, variable in arguments.needs.items():
        if not getattr(arguments, name):
            example = " ".join(EXAMPLES[needed] for needed in arguments.needs.values())
            sys.exit(f"{variable} is not set; name it, as in `make {arguments.step} {example}`.")
    try:
        arguments.region = region(arguments.region, _stage(arguments))
        require_credentials()
        arguments.run_step(arguments)
    except (Refused, Wrong) as refusal:
        sys.exit(str(refusal))
    except (BotoCoreError, ClientError) as failure:
        sys.exit(reason(failure))


if __name__ == "__main__":
    main()
