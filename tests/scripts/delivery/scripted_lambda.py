"""A function whose Lambda answers what a test has written down, as AWS documents its answers."""

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import botocore.session
from botocore.response import StreamingBody
from botocore.stub import ANY, Stubber

from scripts.delivery.functions import ALIAS, CHECKED, Function

REGION = "us-west-2"
SHA256 = "00" * 32
CODE_SHA256 = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="


# It reads the description of a service once, which takes longer than most tests.
SESSION = botocore.session.get_session()


def client(service: str) -> Any:
    return SESSION.create_client(service, region_name=REGION, aws_access_key_id="a",
                                 aws_secret_access_key="b")


class Script:
    """The calls that are expected, in order, each with its answer."""

    def __init__(self, function: Function, answers: Stubber) -> None:
        self.function, self._answers = function, answers

    def answers(self, operation: str, answer: dict[str, Any], **asked: Any) -> "Script":
        self._answers.add_response(operation, answer, {
            "FunctionName": self.function.full_name, **asked})
        return self

    def refuses(self, operation: str, code: str, times: int = 1) -> "Script":
        for _ in range(times):
            self._answers.add_client_error(operation, code, "no")
        return self

    def state(self, number: str, state: str, **more: str) -> "Script":
        return self.answers("get_function_configuration", {
            "State": state, "Version": number, "CodeSha256": CODE_SHA256, **more},
            Qualifier=number)

    def alias(self, name: str, number: str) -> "Script":
        return self.answers("get_alias", {
            "Name": name, "FunctionVersion": number, "RevisionId": "r"}, Name=name)

    def has_versions(self, *numbers: int) -> "Script":
        return self.answers("list_versions_by_function", {"Versions": [
            {"Version": str(number)} for number in ("$LATEST", *numbers)]})

    def moves(self, before: str, after: str) -> "Script":
        """The traffic goes from the one version to the other."""
        return self.alias(ALIAS, before).answers(
            "update_alias", {}, Name=ALIAS, FunctionVersion=after, RevisionId="r")

    def marks(self, number: str) -> "Script":
        return self.answers("update_alias", {}, Name=CHECKED, FunctionVersion=number)

    def says(self, number: str, said: object, failed: bool = False, event: object = None
             ) -> "Script":
        """The version is invoked, with this event if one is given, and says this."""
        content = json.dumps(said).encode()
        answer: dict[str, Any] = {"StatusCode": 200, "Payload": StreamingBody(
            io.BytesIO(content), len(content))}
        if failed:
            answer["FunctionError"] = "Unhandled"
        self._answers.add_response("invoke", answer, {
            "FunctionName": self.function.full_name, "Qualifier": number,
            "Payload": json.dumps(event).encode() if event else ANY})
        return self


@contextmanager
def scripted(name: str = "ping") -> Iterator[Script]:
    """Yield a script; at the end every call in it must have been made."""
    function = Function(name, "dev", REGION)
    function.client = function.invoker = client("lambda")
    with Stubber(function.client) as answers:
        yield Script(function, answers)
        answers.assert_no_pending_responses()
