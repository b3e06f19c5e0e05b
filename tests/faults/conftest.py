"""Worlds whose store fails when told to."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import botocore.session
import pytest
from botocore.session import Session
from moto import mock_aws

from shared.stores import aws_clients
from tests.faults.world import SENDER, Connection, World
from tests.support.cloud import SETTINGS, Cloud
from tests.support.wire import Wire


@pytest.fixture(scope="session")
def sdk() -> Session:
    """One SDK session: it reads the descriptions of the services once."""
    return botocore.session.get_session()


@pytest.fixture
def world(sdk: Session, no_waiting: list[float], monkeypatch: pytest.MonkeyPatch
          ) -> Iterator[World]:
    """An empty world."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-west-2")

    def connect() -> Connection:
        dynamodb, secrets, ses, functions = (
            sdk.create_client(service, config=aws_clients.CONFIG)
            for service in ("dynamodb", "secretsmanager", "sesv2", "lambda"))
        return Connection(Cloud(dynamodb, secrets), ses, functions,
                          Wire(dynamodb, secrets, ses, functions))

    # Without Docker, moto takes an invocation and runs nothing.
    with mock_aws(config={"lambda": {"use_docker": False}}):
        world = World(connect)
        world.cloud.build()
        world.ses.create_email_identity(EmailIdentity=SENDER)
        add_function(sdk.create_client("iam"), world.functions, SETTINGS.mail_function)
        yield world


def add_function(iam: Any, functions: Any, qualified_name: str) -> None:
    """Add a function without code that has the alias in its qualified name."""
    name, _, alias = qualified_name.partition(":")
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    empty = io.BytesIO()
    zipfile.ZipFile(empty, "w").close()
    functions.create_function(FunctionName=name, Runtime="python3.13", Role=role, Handler="x.x",
                              Code={"ZipFile": empty.getvalue()})
    functions.create_alias(FunctionName=name, Name=alias, FunctionVersion="$LATEST")
