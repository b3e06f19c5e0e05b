"""The verifier that docs/protect-your-api.md tells teams to copy, in a copy."""

import os
import sys
from collections.abc import Callable
from typing import Any

sys.path.append(os.path.join(os.environ["EXAMPLES"], "python"))
from access_tokens import AccessTokens  # noqa: E402


def verifier(issuer: str, audience: str) -> Callable[[str], dict[str, Any]]:
    return AccessTokens(issuer, audience.split(",")).verify
