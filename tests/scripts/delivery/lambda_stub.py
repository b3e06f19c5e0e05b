"""A function whose Lambda answers what a test has written down, as AWS documents its answers."""

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import botocore.session
from botocore.response import StreamingBody
from botocore.stub import Stubber

from scripts.delivery.functions import Function

REGION = "us-west-2"
SHA256 = "00" * 32
CODE_SHA256 = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="


class Script:
    """The calls that are expected, in order, each with its answer."""

    def __init__(self, function: Function, stub: Stubber) -> None:
        self.function, self._stub = function, stub

    def answers(self, operation: str, answer: dict[str, Any], **asked: Any) -> "Script":
        self._stub.add_response(operation, answer, {
            "FunctionName": self.function.full_name, **asked})
        return self

    def refuses(self, operation: str, code: str, times: int = 1) -> "Script":
        for _ in range(times):
            self._stub.add_client_error(operation, code, "no")
        return self

    def state(self, number: str, state: str, **more: str) -> "Script":
        return self.answers("get_function_configuration", {
            "State": state, "Version": number, "CodeSha256": CODE_SHA256, **more},
            Qualifier=number)

    def alias(self, name: str, number: str) -> "Script":
        return self.answers("get_alias", {
            "Name": name, "FunctionVersion": number, "RevisionId": "r"}, Name=name)

    def says(self, number: str, said: object, failed: bool = False) -> "Script":
        content = json.dumps(said).encode()
        answer: dict[str, Any] = {"StatusCode": 200, "Payload": StreamingBody(
            io.BytesIO(content), len(content))}
        if failed:
            answer["FunctionError"] = "Unhandled"
        self._stub.add_response("invoke", answer)
        return self


@contextmanager
def scripted(name: str = "ping") -> Iterator[Script]:
    """Yield a script; at the end every call in it must have been made."""
    function = Function(name, "dev", REGION)
    client = botocore.session.get_session().create_client(
        "lambda", region_name=REGION, aws_access_key_id="a", aws_secret_access_key="b")
    function.client = function.invoker = client
    with Stubber(client) as stub:
        yield Script(function, stub)
        stub.assert_no_pending_responses()
