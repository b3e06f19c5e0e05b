"""The queue of asynchronous invocations of a Lambda function, as a queue of errands."""

import json
from typing import TYPE_CHECKING

from shared.mail.errands import AnyErrand
from shared.stores.failures import translated

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


class LambdaErrandQueue:
    """A shared.mail.errands.ErrandQueue; `function` names the function and its alias."""

    def __init__(self, client: "LambdaClient", function: str) -> None:
        self._client, self._function = client, function

    def put(self, errand: AnyErrand) -> None:
        with translated():
            self._client.invoke(FunctionName=self._function, InvocationType="Event",
                                Payload=json.dumps(errand.as_event()).encode("utf-8"))
