"""Connects API Gateway and the handler of a route: events, responses, statuses of errors.

The statuses of errors, and the headers of every answer, are decided here and nowhere else. Each
invocation prints one JSON line, named after what happened (from the OWASP Logging Vocabulary where
it has a name).
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from shared import errors
from shared.gateway import audit, vouched
from shared.gateway.requests import CLIENT_ID_HEADER, Request
from shared.wiring import process
from shared.wiring.services import Services

Event = Mapping[str, Any]


class Reply(NamedTuple):
    """Status, body (JSON, the text of a page, or None), and headers in addition to those of every
    answer."""

    status: int
    body: Mapping[str, object] | str | None
    headers: Mapping[str, str] = {}


STATUS: dict[type[errors.SessionApiError], int] = {
    errors.SessionApiError: 500,
    errors.InvalidRequest: 400,
    errors.BodyTooLarge: 413,
    errors.UnsupportedMediaType: 415,
    errors.AuthenticationError: 401,
    errors.NotFound: 404,
    errors.MethodNotAllowed: 405,
    errors.UserExists: 409,
    errors.FactorExists: 409,
    errors.TooManyPasskeys: 409,
    errors.LastWayIn: 409,
    errors.TooManyAttempts: 429,
    errors.Unavailable: 503,
    errors.MailNotConfigured: 503,
}

# OWASP HTTP Headers Cheat Sheet; two years of HSTS, as its preload list asks for.
HEADERS = {
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
}
# Of all but pages, which other origins may not read.
API_HEADERS = HEADERS | {
    "Content-Type": "application/json",
    "Cache-Control": "no-store",
    "Access-Control-Expose-Headers": "Date,Retry-After,WWW-Authenticate",
    "Vary": "Origin",
}
ALLOWED_REQUEST_HEADERS = f"content-type,authorization,{CLIENT_ID_HEADER},dpop"
# RFC 9449 section 7.1. API Gateway gives the header another name in the answers of a function of a
# REST API: x-amzn-Remapped-WWW-Authenticate.
CHALLENGES: dict[type[errors.SessionApiError], str] = {
    errors.Unauthorized: 'Bearer, DPoP error="invalid_token", algs="ES256"',
    errors.InvalidProof: 'DPoP error="invalid_dpop_proof", algs="ES256"',
    # RFC 9470 section 3.
    errors.ReauthenticationRequired: 'Bearer error="insufficient_user_authentication", max_age=600',
    errors.EnrolmentRequired: 'Bearer error="insufficient_user_authentication", acr_values="aal2"',
}


def endpoint(handle: Callable[[Request, Services], Reply], *needs: str
             ) -> Callable[..., dict[str, Any]]:
    """Return the Lambda handler of a route; `needs` names what it uses of Services.

    The handler takes (event, context) from Lambda, and from a test its own services as a third
    argument.
    """
    process.start(*needs)

    def handler(event: Event, context: object, services: Services | None = None
                ) -> dict[str, Any]:
        services = services or process.services()
        request = Request(event, services.settings.stage)
        reply, error = _answer(handle, request, services)
        audit.write(request, context, reply.status, error, services.settings.log_level)
        return _response(reply, request, services.settings.allowed_origins)

    return handler


def _answer(handle: Callable[[Request, Services], Reply], request: Request,
            services: Services) -> tuple[Reply, Exception | None]:
    try:
        vouched.require_vouched(request, services.now)
        return handle(request, services), None
    except errors.SessionApiError as error:
        return _refusal(error), error
    except Exception as error:
        # The client learns nothing about a defect; the log line says where it is.
        return _refusal(errors.SessionApiError()), error


def _refusal(error: errors.SessionApiError) -> Reply:
    status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    body: dict[str, object] = {"name": error.name, "message": error.message, **error.details}
    headers = {"WWW-Authenticate": challenge for kind, challenge in CHALLENGES.items()
               if isinstance(error, kind)}
    if isinstance(error, errors.InvalidRequest):
        # The client learns details only about its body; other details are for the log.
        body["message"] = str(error)
        if error.fields:
            body["fields"] = error.fields
    if isinstance(error, errors.TryLater):
        headers["Retry-After"] = str(error.retry_after_seconds)
    if isinstance(error, errors.MethodNotAllowed):
        headers["Allow"] = ", ".join(error.allowed)
    return Reply(status, body, headers)


def _response(reply: Reply, request: Request, allowed_origins: tuple[str, ...]) -> dict[str, Any]:
    if isinstance(reply.body, str):
        headers, body = HEADERS, reply.body
    else:
        headers = API_HEADERS | _allowed(request.header("Origin"), allowed_origins)
        body = "" if reply.body is None else json.dumps(reply.body)
    return {"statusCode": reply.status, "headers": headers | dict(reply.headers),
            "body": "" if request.method == "HEAD" else body, "isBase64Encoded": False}


def _allowed(origin: str, allowed_origins: tuple[str, ...]) -> dict[str, str]:
    """Return the header that lets a page of this origin read the answer, if it may."""
    if "*" in allowed_origins:
        return {"Access-Control-Allow-Origin": "*"}
    return {"Access-Control-Allow-Origin": origin} if origin in allowed_origins else {}
