"""Connects API Gateway and an authorizer, whichever kind of API asks.

A REST API, and an HTTP API with payload format 1.0, are answered with a policy, and an HTTP API
with payload format 2.0 with a simple response ("Control access to HTTP APIs with AWS Lambda
authorizers" in the guide of API Gateway). The context is the same: texts and numbers, since a REST
API takes no lists.
"""

from collections.abc import Callable, Mapping
from typing import Any

from shared import errors
from shared.gateway import audit, vouched
from shared.gateway.requests import Request
from shared.wiring import process
from shared.wiring.services import Services

Event = Mapping[str, Any]
Principal = Mapping[str, str | int]


def lambda_authorizer(authorize: Callable[[Request, Services], Principal], *needs: str
                      ) -> Callable[..., dict[str, Any]]:
    """Return the Lambda handler of a REQUEST authorizer; `needs` names what it uses of Services.

    An exception other than a refusal is raised as it is: API Gateway answers 500, which a REST API
    can map to 503, lets nobody through, and caches nothing.
    """
    process.start(*needs)

    def handler(event: Event, context: object, services: Services | None = None
                ) -> dict[str, Any]:
        request = Request(event)
        # Nobody has vouched for who calls yet.
        request.about.clear()
        try:
            vouched.refuse_repeated_credentials(request)
            services = services or process.services()
            principal = authorize(request, services)
        except errors.AuthenticationError as error:
            audit.write(request, context, 401, error)
            return _refusal(request, error)
        except Exception as error:
            audit.write(request, context, 503, error)
            raise
        answer = _permission(request, principal)
        audit.write(request, context, 200, None, services.settings.log_level)
        return answer

    return handler


class _RefusedByPolicy(Exception):
    """API Gateway reads the text of this exception."""


def _refusal(request: Request, error: errors.AuthenticationError) -> dict[str, Any]:
    """An HTTP API answers a refusal with 403. In a REST API the one way to 401 is an exception with
    the text "Unauthorized"; AWS does not document that an HTTP API reads the text too, and what it
    does not know it answers with 500. A policy that denies has an answer of its own, ACCESS_DENIED
    in serverless.yml, which says that the proof was at fault."""
    if request.wants_simple_response:
        return {"isAuthorized": False}
    if isinstance(error, errors.InvalidProof):
        return _policy(request.method_arn, "Deny", {})
    raise _RefusedByPolicy("Unauthorized") from None


def _permission(request: Request, principal: Principal) -> dict[str, Any]:
    if request.wants_simple_response:
        return {"isAuthorized": True, "context": dict(principal)}
    return _policy(request.method_arn, "Allow", principal)


def _policy(method_arn: str, effect: str, principal: Principal) -> dict[str, Any]:
    """Return a policy for the whole stage, since API Gateway caches it for all its routes."""
    stage_arn = "/".join(method_arn.split("/")[:2])
    return {
        "principalId": str(principal.get("user_id") or principal.get("client_id", "nobody")),
        "policyDocument": {"Version": "2012-10-17", "Statement": [
            {"Action": "execute-api:Invoke", "Effect": effect, "Resource": f"{stage_arn}/*"}]},
        "context": dict(principal),
    }
