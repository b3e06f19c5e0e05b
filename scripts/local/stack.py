"""Stage local, deployed from serverless.yml into an emulator: `make run` and the whole-stack
tests share this.
"""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from botocore.exceptions import ClientError

from scripts import package
from scripts.checkout import OSLS, ROOT, Refused
from scripts.deployed_stage import LOCAL
from scripts.environment import of_osls
from scripts.local.clients import REGION, ROOT_CREDENTIALS
from scripts.local.emulator import Emulator
from scripts.packing.distributions import HOST, Site
from scripts.serverless_yml import SERVICE

LOCK = ROOT / ".local" / "deploying"
# serverless.yml gives the API this id on stage local.
API_ID = "session-api"
# The domain of its mailSender, which SES must have verified; the emulator verifies it at once.
MAIL_IDENTITY = "session-api.example"


class LocalStack:
    """A stage in `emulator`; `parameters` override those of serverless.yml."""

    def __init__(self, emulator: Emulator, stage: str = "local",
                 parameters: Mapping[str, str] | None = None) -> None:
        self.emulator, self.stage, self.name = emulator, stage, f"{SERVICE}-{stage}"
        self.base_url = f"{emulator.endpoint}/_aws/execute-api/{API_ID}/{stage}"
        self.pages_url = self.base_url.replace("127.0.0.1", "localhost") + "/account/"
        # It is the issuer of tokens, so that a verifier on this machine can look the keys up. There
        # are no passkeys for an address in numbers, so links lead to a name.
        address = {"localAddress": self.base_url, "mailLinkUrl": self.pages_url.rstrip("/")
                   } if stage == LOCAL else {}
        self.parameters = address | dict(parameters or {})

    def deploy(self) -> bool:
        """Package and deploy; return False when the emulator already holds just this."""
        with one_at_a_time():
            return self._deploy()

    def _deploy(self) -> bool:
        build_host_zips()
        fingerprint = self._fingerprint()
        if self._deployed_fingerprint() == fingerprint:
            return False
        folder = self.emulator.folder / "cloudformation"
        shutil.rmtree(folder, ignore_errors=True)
        self._osls("package", folder)
        self._osls("deploy", folder)
        self._verify_mail_identity()
        self.emulator.client("ssm").put_parameter(
            Name=self._marker, Value=fingerprint, Type="String", Overwrite=True)
        return True

    @property
    def _marker(self) -> str:
        """Kept in the emulator, so that it is always as old as the state that it describes."""
        return f"/{self.name}/deployed"

    def _fingerprint(self) -> str:
        digest = hashlib.sha256(json.dumps(self.parameters, sort_keys=True).encode())
        zips = sorted((package.DIST / "host").glob("*.zip.sha256"))
        for path in (ROOT / "serverless.yml", ROOT / "package-lock.json",
                     *sorted((ROOT / "scripts" / "osls").glob("*.js")), *zips):
            digest.update(path.read_bytes())
        return digest.hexdigest()

    def _deployed_fingerprint(self) -> str | None:
        try:
            answer = self.emulator.client("ssm").get_parameter(Name=self._marker)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ParameterNotFound":
                raise
            return None
        return str(answer["Parameter"]["Value"])

    def _verify_mail_identity(self) -> None:
        try:
            self.emulator.client("sesv2").create_email_identity(EmailIdentity=MAIL_IDENTITY)
        except ClientError as error:
            if error.response["Error"]["Code"] != "AlreadyExistsException":
                raise

    def _osls(self, command: str, folder: Path) -> None:
        overrides = [f"--param={name}={value}" for name, value in self.parameters.items()]
        run_osls(self.emulator, ROOT, command, "--stage", self.stage, "--package", folder,
                 *overrides)

    def outputs(self) -> dict[str, str]:
        """Return the CloudFormation stack's outputs."""
        stacks = self.emulator.client("cloudformation").describe_stacks(StackName=self.name)
        return {output["OutputKey"]: output["OutputValue"]
                for output in stacks["Stacks"][0]["Outputs"]}


def run_osls(emulator: Emulator, service: Path, *arguments: str | Path) -> None:
    """Run osls on the serverless.yml in the folder `service`, with the emulator in AWS's place."""
    environment = {name: value for name, value in os.environ.items()
                   if not name.startswith("AWS_")}
    environment |= ROOT_CREDENTIALS | {
        "AWS_ENDPOINT_URL": emulator.endpoint, "AWS_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "SLS_AWS_MONITORING_FREQUENCY": "200"}
    done = subprocess.run([OSLS, *arguments], cwd=service, env=of_osls(environment),
                          capture_output=True, encoding="utf-8", errors="replace", check=False)
    if done.returncode:
        raise Refused(f"osls {arguments[0]} failed:\n{done.stdout}{done.stderr}")


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """`make run` and the tests build the same zips, and osls keeps notes in the checkout."""
    LOCK.parent.mkdir(parents=True, exist_ok=True)
    with LOCK.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def build_host_zips() -> None:
    site = Site(HOST)
    for function, module in package.functions().items():
        package.build(function, module, site, package.DIST / "host")
