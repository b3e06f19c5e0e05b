"""The verifier that docs/protect-your-api.md tells teams to copy, in a copy."""

import os
import sys
from collections.abc import Callable
from typing import Any

from tests.verifiers.sent import ADDRESS, Sent

sys.path.append(os.path.join(os.environ["EXAMPLES"], "python"))
from access_tokens import AccessTokens  # noqa: E402


def verifier(issuer: str, audience: str) -> Callable[[str, Sent], dict[str, Any]]:
    tokens = AccessTokens(issuer, audience.split(","), ADDRESS)
    return lambda _, sent: tokens.verify(sent.method, sent.path, sent.headers)
