"""The shortest way to moto's tables and back: without the HTTP in between.

On its usual way, moto makes a werkzeug request of what botocore sends, looks in all of it for what
services other than DynamoDB could mean, and tries up to eight spellings of each name in an answer:
three quarters of the time of a request, and most of what a test does is requests.
"""

import json
from collections.abc import Callable
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from botocore import xform_name
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from moto.core.botocore_stubber import MockRawResponse
from moto.core.models import DEFAULT_ACCOUNT_ID, RESPONSES_METHODS, botocore_stubber
from moto.dynamodb.parsing.expressions import UpdateExpressionParser  # type: ignore[attr-defined]
from moto.dynamodb.responses import DynamoHandler
from moto.secretsmanager.responses import SecretsManagerResponse
from werkzeug.exceptions import HTTPException

# The operations of a function. All others, such as making a table, go the usual way.
OPERATIONS: dict[str, tuple[Callable[[], Any], str]] = {
    "secrets-manager.GetSecretValue": (SecretsManagerResponse, "get_secret_value"),
    **{f"dynamodb.{operation}": (DynamoHandler, xform_name(operation))
       for operation in ("GetItem", "Query", "Scan", "BatchGetItem", "PutItem", "UpdateItem",
                         "DeleteItem", "BatchWriteItem", "TransactWriteItems")}}
# It parses each of some twenty expressions again and again; what it then changes is a copy.
UpdateExpressionParser.make = cache(UpdateExpressionParser.make)
# Of the library requests, which nothing here uses, it replaces a thousand addresses for each test.
RESPONSES_METHODS.clear()


def answers(url: str) -> bool:
    """Whether moto answers what is sent to this address: DynamoDB Local has another one."""
    return str(urlsplit(url).hostname).endswith(".amazonaws.com")


def answer(event_name: str, request: AWSPreparedRequest) -> AWSResponse | None:
    """Return what moto answers, or None where it does not."""
    if not answers(request.url):
        return None
    operation = event_name.removeprefix("before-send.")
    if not (operation in OPERATIONS and botocore_stubber.enabled):
        return botocore_stubber(event_name, request)
    responses, method = OPERATIONS[operation]
    handler = responses()
    handler.region = urlsplit(request.url).hostname.split(".")[1]
    handler.current_account = DEFAULT_ACCOUNT_ID
    handler.body = handler.params = json.loads(request.body)
    handler.uri_match, handler.automated_parameter_parsing = {}, True
    try:
        result = getattr(handler, method)()
    except HTTPException as refusal:
        return _response(request, str(refusal.description), refusal.code,
                         dict(refusal.get_headers()))
    return _response(request, result if isinstance(result, str) else json.dumps(result.result))


def _response(request: AWSPreparedRequest, body: str, status: int | None = 200,
              headers: dict[str, str] | None = None) -> AWSResponse:
    return AWSResponse(request.url, status, headers or {}, MockRawResponse(body))
