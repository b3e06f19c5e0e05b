"""A handler around a function's own that tells where its processor time went.

Copied into a function's folder; PROBED is the module probed, PROBE_LOG the file that gets
one JSON line a call: milliseconds of the handler, of the SDK's calls in it, of bcrypt, and
of PyJWT's signing and verifying.
"""

import importlib
import json
import os
import time
from collections.abc import Callable
from typing import Any

spent = {"sdk": 0.0, "bcrypt": 0.0, "signatures": 0.0, "calls": 0.0}


def timed(call: Callable[..., Any], part: str) -> Callable[..., Any]:
    def wrapper(*arguments: Any, **named: Any) -> Any:
        started = time.thread_time()
        try:
            return call(*arguments, **named)
        finally:
            spent[part] += time.thread_time() - started
            spent["calls"] += part == "sdk"

    return wrapper


handle = importlib.import_module(os.environ["PROBED"]).handler

try:
    import botocore.client
except ImportError:
    pass
else:
    botocore.client.BaseClient._make_api_call = timed(
        botocore.client.BaseClient._make_api_call, "sdk")
try:
    import bcrypt
except ImportError:
    pass
else:
    # The function looks these up in the module at each call.
    vars(bcrypt).update({name: timed(vars(bcrypt)[name], "bcrypt")
                         for name in ("checkpw", "hashpw")})
try:
    import jwt
except ImportError:
    pass
else:
    jwt.encode = timed(jwt.encode, "signatures")
    algorithm = jwt.algorithms.ECAlgorithm
    setattr(algorithm, "verify", timed(algorithm.verify, "signatures"))


def handler(event: dict[str, Any], context: object) -> Any:
    spent.update(dict.fromkeys(spent, 0.0))
    started = time.thread_time()
    answer = handle(event, context)
    whole = time.thread_time() - started
    with open(os.environ["PROBE_LOG"], "a", encoding="utf-8") as log:
        parts = {name: spent[name] * 1000 for name in ("sdk", "bcrypt", "signatures")}
        log.write(json.dumps({"handler": whole * 1000, **parts, "calls": spent["calls"]}) + "\n")
    return answer
