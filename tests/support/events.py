"""Events in the shape in which API Gateway sends them.

After "Input format of a Lambda function for proxy integration" and "Input to a Lambda
authorizer" in the guide of API Gateway: a REST API, all keys present, header names as the
client spelt them, every value of the authorizer's context a string. Only the authorizer is also
asked by HTTP APIs ("Control access to HTTP APIs with AWS Lambda authorizers").
"""

import base64
import json
from collections.abc import Mapping
from typing import Any

from shared.gateway.requests import CLIENT_ID_HEADER
from tests.support.clock import NOW

Event = dict[str, Any]
API_ARN = "arn:aws:execute-api:us-west-2:123456789012:a1b2c3d4e5/dev"
HTTP_API_ARN = "arn:aws:execute-api:us-west-2:210987654321:e5d4c3b2a1/$default"
# Added by CloudFront and API Gateway to what the client sent.
_FORWARDED = {
    "Accept": "*/*", "Host": "a1b2c3d4e5.execute-api.us-west-2.amazonaws.com",
    "User-Agent": "curl/8.10.1", "X-Amzn-Trace-Id": "Root=1-69fb5a40-0c1d2e3f4a5b6c7d8e9f0a1b",
    "X-Forwarded-For": "203.0.113.7", "X-Forwarded-Port": "443", "X-Forwarded-Proto": "https"}


def proxy_event(method: str, path: str, *, headers: Mapping[str, str] | None = None,
                body: object = None, principal: Mapping[str, str | int] | None = None,
                is_base64: bool = False) -> Event:
    """Return the event of a REST proxy integration.

    `body` is sent as JSON unless it is text or bytes already; `is_base64` encodes it the
    way API Gateway does with a binary media type. `principal` is what the authorizer of the
    route put into its context; None for a route without an authorizer. Its client id is sent
    unless `headers` has one.
    """
    sent = dict(headers or {})
    if principal is not None and CLIENT_ID_HEADER not in map(str.lower, sent):
        sent[CLIENT_ID_HEADER] = str(principal["client_id"])
    event = _common(method, path, sent)
    text = body if isinstance(body, str | bytes | None) else json.dumps(body)
    if is_base64:
        octets = text.encode() if isinstance(text, str) else text or b""
        text = base64.b64encode(octets).decode("ascii")
    if principal is not None:
        event["requestContext"]["authorizer"] = {
            "principalId": str(principal.get("user_id", principal["client_id"])),
            "integrationLatency": 41,
            **{name: str(value) for name, value in principal.items()}}
    return event | {"body": text, "isBase64Encoded": is_base64}


def authorizer_event(method: str, path: str, *, headers: Mapping[str, str] | None = None) -> Event:
    """Return the event of a REQUEST authorizer: no body, but the ARN of the method."""
    return {"type": "REQUEST", "methodArn": f"{API_ARN}/{method}{path}",
            **_common(method, path, headers or {})}


def http_authorizer_event(method: str, path: str, *,
                          headers: Mapping[str, str] | None = None) -> Event:
    """Return the event of an HTTP API's authorizer with payload format 2.0."""
    sent = {name.lower(): value for name, value in (_FORWARDED | dict(headers or {})).items()}
    return {
        "version": "2.0", "type": "REQUEST", "routeArn": f"{HTTP_API_ARN}/{method}{path}",
        "identitySource": [sent.get("authorization"), sent.get(CLIENT_ID_HEADER)],
        "routeKey": f"{method} {path}", "rawPath": path, "rawQueryString": "", "headers": sent,
        "requestContext": {
            "accountId": "210987654321", "apiId": "e5d4c3b2a1", "domainName": sent["host"],
            "domainPrefix": "e5d4c3b2a1", "routeKey": f"{method} {path}", "stage": "$default",
            "http": {"method": method, "path": path, "protocol": "HTTP/1.1",
                     "sourceIp": "203.0.113.7", "userAgent": "curl/8.10.1"},
            "requestId": "W2dZPHkZvHcFQbA=", "time": "15/Jan/2027:08:00:00 +0000",
            "timeEpoch": NOW * 1000}}


def old_http_authorizer_event(method: str, path: str, *,
                              headers: Mapping[str, str] | None = None) -> Event:
    """Return the event of an HTTP API's authorizer with payload format 1.0."""
    event = _common(method, path, headers or {})
    del event["multiValueHeaders"]
    return event | {"version": "1.0", "type": "REQUEST",
                    "methodArn": f"{HTTP_API_ARN}/{method}{path}"}


def sent_twice(event: Event, name: str, first: str, second: str) -> Event:
    """Return the event of a request that has a header twice: `headers` holds the last value."""
    others = {spelt for spelt in event["headers"] if spelt.lower() != name.lower()}
    return event | {
        "headers": {spelt: event["headers"][spelt] for spelt in others} | {name: second},
        "multiValueHeaders": {spelt: event["multiValueHeaders"][spelt] for spelt in others}
        | {name: [first, second]}}


def _common(method: str, path: str, headers: Mapping[str, str]) -> Event:
    sent = _FORWARDED | dict(headers)
    return {
        "resource": path, "path": path, "httpMethod": method,
        "headers": sent, "multiValueHeaders": {name: [text] for name, text in sent.items()},
        "queryStringParameters": None, "multiValueQueryStringParameters": None,
        "pathParameters": None, "stageVariables": None,
        "requestContext": {
            "accountId": "123456789012", "apiId": "a1b2c3d4e5", "deploymentId": "d3p10y",
            "domainName": _FORWARDED["Host"], "domainPrefix": "a1b2c3d4e5",
            "extendedRequestId": "W2dZPHkZvHcFQbA=", "httpMethod": method,
            "identity": {
                "accessKey": None, "accountId": None, "caller": None,
                "cognitoAuthenticationProvider": None, "cognitoAuthenticationType": None,
                "cognitoIdentityId": None, "cognitoIdentityPoolId": None,
                "principalOrgId": None, "sourceIp": "203.0.113.7", "user": None,
                "userAgent": "curl/8.10.1", "userArn": None},
            "operationName": None, "path": f"/dev{path}", "protocol": "HTTP/1.1",
            "requestId": "5f1d9b4c-9a52-4f0e-8d5e-1c0ffee00001",
            "requestTime": "15/Jan/2027:08:00:00 +0000", "requestTimeEpoch": NOW * 1000,
            "resourceId": "r3s0rc", "resourcePath": path, "stage": "dev"}}


class LambdaContext:
    """The part of Lambda's context object that is documented for Python."""

    function_version = "$LATEST"
    memory_limit_in_mb = "512"
    aws_request_id = "c0ffee00-0000-4000-8000-000000000001"

    def __init__(self, function_name: str) -> None:
        self.function_name = function_name
        self.invoked_function_arn = (
            f"arn:aws:lambda:us-west-2:123456789012:function:{function_name}")
        self.log_group_name = f"/aws/lambda/{function_name}"
        self.log_stream_name = "2027/01/15/[$LATEST]0123456789abcdef0123456789abcdef"

    def get_remaining_time_in_millis(self) -> int:
        return 15_000
