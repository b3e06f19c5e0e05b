"""The steps of the pipelines: deploy, smoke, promote, rollback, deploy-vpc. See --help.

Go.cd passes what they work on in the environment (FUNCTION_NAME, STAGE, FROM, TO), and people
pass it to the Make targets of the same names. Without a function, a step works on all of them.
AWS credentials come from the agent or the shell; none are kept here.
"""

import argparse
import os
import sys
from pathlib import Path

from scripts import serverless_yml
from scripts.checkout import ROOT, Refused
from scripts.delivery import (aws, cancelled_steps, checking, network, parameters, rollback,
                              whole_service)
from scripts.delivery.deploy import deploy
from scripts.delivery.functions import Function
from scripts.delivery.gateway import Gateway
from scripts.delivery.kept_zip import KeptZip, kept_zip
from scripts.delivery.options import OPTIONS, from_environment, require_needs, smoke_account
from scripts.delivery.promote import promote, require_kept
from scripts.deployed_stage import (LOCAL, add_region, announce, reason, region,
                                    require_credentials)
from scripts.smoke.api import Wrong, require_url, wait_for_domain

# What a pipeline keeps of a step: which version took over from which, what was promoted.
RECORDS = Path(os.environ.get("RECORDS") or ROOT / "build" / "delivery")


def names(arguments: argparse.Namespace) -> list[str]:
    known = whole_service.functions()
    if arguments.function and arguments.function not in known:
        raise Refused(f"There is no function {arguments.function}; there are {', '.join(known)}.")
    return [arguments.function] if arguments.function else known


def functions(arguments: argparse.Namespace) -> list[Function]:
    return [Function(name, _stage(arguments), arguments.region) for name in names(arguments)]


def pairs(arguments: argparse.Namespace) -> list[tuple[Function, KeptZip]]:
    return [(function, kept_zip(arguments.dist, function.name))
            for function in functions(arguments)]


def run_deploy(arguments: argparse.Namespace) -> None:
    if arguments.stage == LOCAL:
        raise Refused("Stage local is deployed by `make run`.")
    if not arguments.function:
        whole_service.bring_up(arguments.stage, arguments.region, arguments.dist,
                               parameters.named(arguments.param))
    for move in deploy(pairs(arguments), RECORDS / f"deployment-{arguments.stage}.json"):
        since = "as before" if move.after == move.before else f"in place of {move.before}"
        print(f"{move.function}: version {move.after} has the traffic of {arguments.stage}, "
              f"{since}; sha256 {move.sha256}")
    if not arguments.function:
        print(f"Base URL: {whole_service.base_url(arguments.stage, arguments.region)}")


def run_smoke(arguments: argparse.Namespace) -> None:
    if arguments.stage == LOCAL and not arguments.base_url:
        raise Refused("Stage local is where `make run` says; set BASE_URL to that.")
    url = arguments.base_url or whole_service.base_url(arguments.stage, arguments.region)
    require_url(url)
    chosen = functions(arguments)
    gateway = Gateway(arguments.stage, arguments.region)
    with checking.checked(chosen) as live:
        if arguments.kept:
            for function in chosen:
                require_kept(function, live[function], kept_zip(arguments.dist, function.name))
        api = checking.deployed_api(url, arguments.client_id, arguments.stage, arguments.region,
                                    smoke_account())
        if not arguments.base_url and whole_service.has_domain(url):
            wait_for_domain(api)
        for function in chosen:
            print(f"{function.name}: {checking.check(function, api, gateway)}", flush=True)


def run_promote(arguments: argparse.Namespace) -> None:
    serverless_yml.require_stage(serverless_yml.load(), arguments.target)
    record = RECORDS / f"promotion-{arguments.target}.json"
    promote(pairs(arguments), arguments.target, record, arguments.run)
    print(f"May go to {arguments.target}: {record}\n{record.read_text()}", end="")


def run_rollback(arguments: argparse.Namespace) -> None:
    chosen = functions(arguments)
    if arguments.unchecked:
        cancelled_steps.stop()
    ways = rollback.unchecked(chosen) if arguments.unchecked else rollback.one_back(chosen)
    for move in rollback.go(ways):
        print(f"{move.function}: version {move.after} has the traffic of {arguments.stage} "
              f"again, in place of {move.before}; sha256 {move.sha256}", flush=True)
    for way in ways:
        if way.back is None:
            print(f"{way.function.name}: no version has passed its checks on {arguments.stage} "
                  f"yet, so that version {way.live.number} keeps the traffic.")
    if not ways:
        print("Nothing to roll back: what has the traffic was checked.")


def run_deploy_vpc(arguments: argparse.Namespace) -> None:
    changes = network.deploy_vpc(arguments.region, parameters.named(arguments.param),
                                 arguments.stack)
    print("\n".join(changes) or "The network is as the template says; nothing was changed.")


def _stage(arguments: argparse.Namespace) -> str:
    """Return the stage that a step works on; empty for the network, which belongs to none."""
    given = vars(arguments)
    return str(given.get("source") or given.get("stage") or "")


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
    checked = step("smoke", run_smoke, "check the deployed answers", "function", "stage", "dist")
    checked.add_argument("--kept", action="store_true",
                         help="refuse unless the zips of --dist have the traffic")
    checked.add_argument("--base-url", default=os.environ.get("BASE_URL", ""))
    checked.add_argument("--client-id", default=os.environ.get("CLIENT_ID") or "pipeline")
    promoted = step("promote", run_promote, "let what FROM runs go to TO", "function", "dist")
    from_environment(promoted, "--from", "FROM", "source")
    from_environment(promoted, "--to", "TO", "target")
    promoted.add_argument("--run", default=os.environ.get("GO_PIPELINE_LABEL", ""))
    undone = step("rollback", run_rollback, "go back one version", "function", "stage")
    undone.add_argument("--unchecked", action="store_true",
                        help="go back to what passed `smoke` last, where anything else is live")
    vpc = step("deploy-vpc", run_deploy_vpc, "create or update the network", "param")
    vpc.add_argument("--stack", default=network.STACK)
    return top


def main() -> None:
    arguments = parser().parse_args()
    try:
        require_needs(arguments)
        arguments.region = region(arguments.region, _stage(arguments))
        require_credentials()
        announce(_stage(arguments), arguments.region)
        arguments.run_step(arguments)
    except (Refused, Wrong) as refusal:
        sys.exit(str(refusal))
    except aws.FAILURES as failure:
        sys.exit(reason(failure))
    except KeyboardInterrupt:
        print("Stopped. What has the traffic now may not be checked: `make smoke` checks it, and "
              "`make rollback UNCHECKED=yes` goes back to what was.", file=sys.stderr)
        sys.exit(130)


if __name__ == "__main__":
    main()
