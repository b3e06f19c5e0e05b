"""A request body as JSON, read strictly: its media type, its size, its octets, and one object."""

import base64
from collections.abc import Mapping
from typing import Any

from shared.errors import BodyTooLarge, InvalidRequest, UnsupportedMediaType
from shared.strict_json import NotStrictJson, parse_object

MAX_BODY_BYTES = 8192
# What API Gateway puts in the place of bytes that are not UTF-8.
REPLACEMENT = "\ufffd".encode()


def json_object(event: Mapping[str, Any], content_type: str) -> dict[str, object]:
    """Return the object that is the body of an event, sent as `content_type`. Raises
    UnsupportedMediaType, BodyTooLarge or InvalidRequest, which says what is wrong."""
    _check_media_type(content_type)
    octets = _octets(event)
    if len(octets) > MAX_BODY_BYTES:
        raise BodyTooLarge
    if REPLACEMENT in octets:
        raise InvalidRequest("the body was refused: text is not valid Unicode")
    try:
        return parse_object(octets)
    except NotStrictJson as error:
        raise InvalidRequest(f"the body was refused: {error}") from error


def _check_media_type(content_type: str) -> None:
    media_type, *parameters = content_type.lower().split(";")
    charsets = {"charset=utf-8", 'charset="utf-8"', ""}
    if (media_type.strip() != "application/json"
            or not {parameter.strip() for parameter in parameters} <= charsets):
        raise UnsupportedMediaType


def _octets(event: Mapping[str, Any]) -> bytes:
    text = event.get("body") or ""
    try:
        if event.get("isBase64Encoded"):
            return base64.b64decode(text, validate=True)
        return str(text).encode("utf-8")
    except ValueError as error:
        raise InvalidRequest("the body was refused: it cannot be decoded") from error
