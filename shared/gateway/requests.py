"""A request, as API Gateway passes it: headers in any case, bodies read strictly.

It understands REST proxy events, and the events of REQUEST authorizers of REST and HTTP APIs. Who
the caller is comes from what an authorizer established, never from a header.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol, Self, TypeVar

from shared.gateway.audit import ROUTINE
from shared.gateway.json_bodies import json_object

if TYPE_CHECKING:
    from shared.callers import Assurance, Caller

# With this, the largest session is an item of less than 1 KB, whose refresh costs one write unit.
MAX_DEVICE_BYTES = 100
# Less, where the thumbprint of a key and a proof have to go in as well.
MAX_DEVICE_BYTES_OF_BOUND = 34
CLIENT_ID_HEADER = "x-koms-clientid"
PROOF_HEADER = "DPoP"


class Parsable(Protocol):
    @classmethod
    def parse(cls, value: Mapping[str, object], stage: str) -> Self: ...


B = TypeVar("B", bound=Parsable)


class Request:
    """One event. `about` collects identifiers for the log line."""

    def __init__(self, event: Mapping[str, Any], stage: str = "") -> None:
        self._event, self._stage = event, stage
        headers: Mapping[str, str] = event.get("headers") or {}
        self._headers = {name.lower(): value for name, value in headers.items()}
        self.event_name = ROUTINE
        self.about: dict[str, str] = {}
        for name in ("client_id", "user_id", "session_id"):
            if name in self.principal:
                self.about[name] = self.principal[name]

    def header(self, name: str) -> str:
        """Return the header's value, empty if it was not sent."""
        return self._headers.get(name.lower()) or ""

    def values(self, name: str) -> tuple[str, ...]:
        """Return the values of the header, which were sent on lines of their own or, as an HTTP API
        passes them, joined by commas. Of several lines, `header` returns the last."""
        lines: Mapping[str, list[str]] = self._event.get("multiValueHeaders") or {
            spelt: [value] for spelt, value in self._headers.items()}
        return tuple(value.strip() for spelt, sent in lines.items() if spelt.lower() == name.lower()
                     for line in sent for value in line.split(","))

    @property
    def context(self) -> Mapping[str, Any]:
        return self._event.get("requestContext") or {}

    @property
    def request_id(self) -> str:
        return str(self.context.get("requestId", ""))

    @property
    def method(self) -> str:
        return str(self._event.get("httpMethod") or self._http.get("method", ""))

    @property
    def path(self) -> str:
        """The path as it was sent, without the stage."""
        return str(self._event.get("path") or self._http.get("path", ""))

    @property
    def path_with_stage(self) -> str:
        """The path as it was sent, with the stage unless the host stands for it."""
        return str(self.context.get("path") or self._http.get("path") or self.path)

    @property
    def _http(self) -> Mapping[str, Any]:
        """What an HTTP API with payload format 2.0 says of a request."""
        return self.context.get("http") or {}

    @property
    def resource(self) -> str:
        """The path as serverless.yml spells it, without the stage."""
        return str(self._event.get("resource", ""))

    @property
    def caller(self) -> "Caller":
        """Who calls, with the key to which their session is bound, if it is."""
        return self.caller_with(self.principal.get("jkt", ""))

    def caller_with(self, jkt: str) -> "Caller":
        """Return who calls, with the key of this thumbprint, if any; the User-Agent is cut so that
        a session stays a small item."""
        # Imported here, because most functions ask only who the principal is.
        from shared.callers import Caller
        seen = self.context.get("identity") or {}
        agent = str(seen.get("userAgent") or "").encode("utf-8", "ignore")
        device = agent[:MAX_DEVICE_BYTES_OF_BOUND if jkt else MAX_DEVICE_BYTES]
        return Caller(self.client_id, str(seen.get("sourceIp") or ""),
                      device.decode("utf-8", "ignore"), jkt)

    def path_parameter(self, name: str) -> str:
        return str((self._event.get("pathParameters") or {}).get(name, ""))

    def query_parameter(self, name: str) -> str:
        """Return the last value of a query parameter, empty if it was not sent."""
        return str((self._event.get("queryStringParameters") or {}).get(name, ""))

    @property
    def query(self) -> str:
        """The query, with its question mark; empty if none was sent."""
        # Imported here, because most functions do not ask.
        from urllib.parse import urlencode
        sent = self._event.get("multiValueQueryStringParameters") or {}
        return "?" + urlencode(sent, doseq=True, errors="replace") if sent else ""

    def cookie(self, name: str) -> str:
        """Return the value of a cookie (RFC 6265 section 4.2), empty if it was not sent."""
        pairs = (pair.partition("=") for pair in self.header("Cookie").split(";"))
        return next((value.strip() for spelt, _, value in pairs if spelt.strip() == name), "")

    @property
    def method_arn(self) -> str:
        """The method that an authorizer is asked to allow."""
        return str(self._event["methodArn"])

    @property
    def is_of_http_api(self) -> bool:
        """Whether the event is of an HTTP API, which decodes paths. REST APIs name no version."""
        return "version" in self._event

    @property
    def wants_simple_response(self) -> bool:
        """Whether the authorizer is asked by an HTTP API with payload format 2.0."""
        return self._event.get("version") == "2.0"

    @property
    def principal(self) -> Mapping[str, str]:
        """The caller as the authorizer of this route established it; API Gateway passes strings."""
        return self.context.get("authorizer") or {}

    @property
    def client_id(self) -> str:
        return self.principal["client_id"]

    @property
    def user_id(self) -> str:
        return self.principal["user_id"]

    @property
    def session_id(self) -> str:
        return self.principal["session_id"]

    @property
    def client_must_prove(self) -> bool:
        """Whether the client must prove possession of a key, as its authorizer established it."""
        return str(self.principal.get("must_prove")) == "1"

    @property
    def assurance(self) -> "Assurance":
        """When and how the user of the session has last shown who they are."""
        from shared.callers import Assurance
        said = self.principal
        return Assurance(int(said["auth_time"]), tuple(said["amr"].split()), said["acr"])

    def body_says(self, name: str, word: str) -> bool:
        """Whether the body, which may be of several models, has this text as its member `name`.
        Raises what json_object does."""
        return json_object(self._event, self.header("Content-Type")).get(name) == word

    def body(self, model: type[B]) -> B:
        """Return the body as `model`, or raise what json_object or the model does."""
        return model.parse(json_object(self._event, self.header("Content-Type")), self._stage)

    def record(self, event_name: str, **about: str) -> None:
        """Set the event and its identifiers for the one log line of this invocation."""
        self.event_name = event_name
        self.about |= about
