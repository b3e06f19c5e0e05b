"""GET or HEAD /ping: says that the API is up; answers 200 `{message}`. It needs nothing."""

from shared.gateway import api_gateway
from shared.gateway.api_gateway import Reply
from shared.gateway.requests import Request
from shared.wiring.services import Services


def ping(_request: Request, _services: Services) -> Reply:
    return Reply(200, {"message": "pong"})


handler = api_gateway.endpoint(ping)
