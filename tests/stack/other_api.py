"""An API of another stack: an example of examples/, deployed beside the stage."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from scripts.checkout import ROOT
from scripts.local.stack import LocalStack, run_osls
from tests.stack.http_api import Api

STAGE = "dev"


@dataclass(frozen=True, slots=True)
class Example:
    """`refused` is what the API answers to a caller whom the authorizer refuses, and `unable`
    while the authorizer cannot tell who calls."""

    name: str
    service: str
    address: str
    stage_in_path: str
    refused: int
    unable: int

    def deploy(self, stack: LocalStack, folder: Path, client_id: str, cache_seconds: int,
               authorizer_arn: str | None = None) -> Api:
        """Deploy a copy in `folder`. Without an ARN, it imports the one that the stack exports."""
        shutil.copytree(ROOT / "examples" / self.name, folder)
        path, stage = folder / "serverless.yml", f"{STAGE}{cache_seconds}"
        written, exporter = path.read_text(encoding="utf-8"), "session-api-${sls:stage}-"
        assert written.count(exporter) == 1
        path.write_text(written.replace(exporter, f"{stack.name}-"), encoding="utf-8")
        arn = [f"--param=authorizerArn={authorizer_arn}"] if authorizer_arn else []
        run_osls(stack.emulator, folder, "deploy", "--stage", stage,
                 f"--param=authorizerCacheSeconds={cache_seconds}", *arn)
        stacks = stack.emulator.client("cloudformation").describe_stacks(
            StackName=f"{self.service}-{stage}")["Stacks"]
        [address] = [output["OutputValue"] for output in stacks[0]["Outputs"]
                     if output["OutputKey"] == self.address]
        api_id = address.removeprefix("https://").partition(".")[0]
        return Api(f"{stack.emulator.endpoint}/_aws/execute-api/{api_id}/"
                   f"{self.stage_in_path.format(stage=stage)}", client_id)


REST = Example("rest-api", "reports-rest", "ServiceEndpoint", "{stage}", 401, 503)
HTTP = Example("http-api", "reports-http", "HttpApiUrl", "$default", 403, 500)
