"""The shortest way to moto's tables and back: without the HTTP in between.

On its usual way, moto makes a werkzeug request of what botocore sends, looks in all of it for what
services other than DynamoDB could mean, and tries up to eight spellings of each name in an answer:
three quarters of the time of a request, and most of what a test does is requests.
"""

import json
from urllib.parse import urlsplit

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from moto.core.botocore_stubber import MockRawResponse
from moto.core.models import DEFAULT_ACCOUNT_ID, botocore_stubber
from moto.dynamodb.responses import DynamoHandler
from werkzeug.exceptions import HTTPException

# Of items; what is asked of tables goes the usual way.
METHODS = {"GetItem": DynamoHandler.get_item, "Query": DynamoHandler.query,
           "Scan": DynamoHandler.scan, "BatchGetItem": DynamoHandler.batch_get_item,
           "PutItem": DynamoHandler.put_item, "UpdateItem": DynamoHandler.update_item,
           "DeleteItem": DynamoHandler.delete_item,
           "BatchWriteItem": DynamoHandler.batch_write_item,
           "TransactWriteItems": DynamoHandler.transact_write_items}


def answers(url: str) -> bool:
    """Whether moto answers what is sent to this address: DynamoDB Local has another one."""
    return str(urlsplit(url).hostname).endswith(".amazonaws.com")


def answer(event_name: str, request: AWSPreparedRequest) -> AWSResponse | None:
    """Return what moto answers, or None where it does not."""
    method = METHODS.get(event_name.removeprefix("before-send.dynamodb."))
    if method is None or not (botocore_stubber.enabled and answers(request.url)):
        return botocore_stubber(event_name, request)
    handler = DynamoHandler()
    handler.region = urlsplit(request.url).hostname.split(".")[1]
    handler.current_account = DEFAULT_ACCOUNT_ID
    handler.body = json.loads(request.body)
    handler.params, handler.uri_match = handler.body, {}
    try:
        return _response(request, json.dumps(method(handler).result))
    except HTTPException as refusal:
        return _response(request, str(refusal.description), refusal.code,
                         dict(refusal.get_headers()))


def _response(request: AWSPreparedRequest, body: str, status: int | None = 200,
              headers: dict[str, str] | None = None) -> AWSResponse:
    return AWSResponse(request.url, status, headers or {}, MockRawResponse(body))
