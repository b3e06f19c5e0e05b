"""The excerpt of botocore's data holds what the functions call, and makes the same clients."""

import ast
import json
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore import xform_name
from botocore.loaders import Loader

from scripts.checkout import ROOT
from scripts.packing import service_data
from shared.stores import aws_clients

CLIENTS = {"errands.py": "lambda", "secret_versions.py": "secretsmanager", "ses.py": "sesv2",
           "table.py": "dynamodb"}
# Only the operators' tool scans; it runs from the checkout, on the whole of botocore.
NOT_IN_A_FUNCTION = {"scan"}


def called(module: Path) -> set[str]:
    """Return the names of the client's methods that a module of shared/stores calls."""
    calls = [node for node in ast.walk(ast.parse(module.read_text())) if isinstance(node, ast.Call)]
    names = {call.func.attr for call in calls if isinstance(call.func, ast.Attribute)
             and ast.unparse(call.func.value) == "self._client"}
    paginated = {ast.literal_eval(call.args[0]) for call in calls
                 if ast.unparse(call.func) == "self._client.get_paginator"}
    return (names - {"get_paginator"}) | paginated


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> botocore.session.Session:
    """A session that knows the excerpt alone, so that nothing missing goes unseen."""
    folder = tmp_path_factory.mktemp("zip")
    for name, content in service_data.files().items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    made = botocore.session.Session()
    made.register_component("data_loader", Loader(
        extra_search_paths=[str(folder / service_data.FOLDER)],
        include_default_search_paths=False))
    return made


def client(session: botocore.session.Session, service: str, region: str) -> Any:
    return session.create_client(service, region_name=region, aws_access_key_id="AKIATEST",
                                 aws_secret_access_key="test")


@pytest.mark.parametrize(("module", "service"), CLIENTS.items())
def test_every_operation_that_a_store_calls_is_in_the_excerpt(module: str, service: str) -> None:
    known = {xform_name(name) for name in service_data.OPERATIONS[service]}

    assert called(ROOT / "shared" / "stores" / module) - NOT_IN_A_FUNCTION == known


@pytest.mark.parametrize("region", ["us-west-2", "eu-central-1", "cn-north-1", "us-gov-west-1"])
@pytest.mark.parametrize("service", service_data.OPERATIONS)
def test_a_client_from_the_excerpt_calls_the_same_endpoint(
        session: botocore.session.Session, service: str, region: str) -> None:
    excerpt = client(session, service, region)
    whole = client(botocore.session.Session(), service, region)

    assert excerpt.meta.endpoint_url == whole.meta.endpoint_url
    assert excerpt._request_signer.region_name == whole._request_signer.region_name
    assert excerpt._request_signer.signing_name == whole._request_signer.signing_name


@pytest.mark.parametrize("service", service_data.OPERATIONS)
def test_its_operations_take_and_give_what_the_whole_models_do(
        session: botocore.session.Session, service: str) -> None:
    excerpt = session.get_service_model(service)
    whole = botocore.session.Session().get_service_model(service)

    for name in service_data.OPERATIONS[service]:
        ours, theirs = excerpt.operation_model(name), whole.operation_model(name)
        assert ours.input_shape.members.keys() == theirs.input_shape.members.keys()
        assert ours.output_shape.members.keys() == theirs.output_shape.members.keys()
        assert [shape.name for shape in ours.error_shapes] == [
            shape.name for shape in theirs.error_shapes]


def test_the_excerpt_is_small_and_the_same_each_time() -> None:
    files = service_data.files()

    assert sum(map(len, files.values())) < 200_000
    assert all(json.loads(content) for content in files.values())
    service_data.files.cache_clear()
    assert service_data.files() == files


def test_a_zips_session_lists_the_excerpts_services_and_finds_the_rest_in_botocore(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "dynamodb").mkdir()
    (tmp_path / "endpoints.json").write_text("{}")
    monkeypatch.setattr(aws_clients, "EXCERPT", tmp_path)
    loader = aws_clients.ExcerptLoader([str(tmp_path)])

    assert loader.list_available_services("service-2") == ["dynamodb"]
    assert loader.load_data("endpoints") == {}
    assert loader.load_data("partitions")["partitions"]
