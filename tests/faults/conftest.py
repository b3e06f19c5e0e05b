"""Worlds whose store fails when told to."""

from collections.abc import Iterator

import botocore.session
import pytest
from botocore.session import Session
from moto import mock_aws

from shared.stores import aws_clients
from tests.faults.world import SENDER, Connection, World
from tests.support.cloud import Cloud
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
        dynamodb, secrets, ses = (
            sdk.create_client(service, config=aws_clients.CONFIG)
            for service in ("dynamodb", "secretsmanager", "sesv2"))
        return Connection(Cloud(dynamodb, secrets), ses, Wire(dynamodb, secrets, ses))

    with mock_aws():
        world = World(connect)
        world.cloud.build()
        world.ses.create_email_identity(EmailIdentity=SENDER)
        yield world
