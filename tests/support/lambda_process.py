"""The environment of a process that starts a function as Lambda does.

Importing the handler's module there builds the members of Services that it names. Nothing of
AWS answers: keys cannot be fetched, which does not keep a function from starting.
"""

import os

from tests.support.bounds import REQUIRED


def environment(module: str) -> dict[str, str]:
    return {name: "x" for name in REQUIRED} | {
        "AUTHORIZER_CACHE_SECONDS": "0",
        "AWS_LAMBDA_FUNCTION_NAME": module, "AWS_DEFAULT_REGION": "us-west-2",
        "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:1", "PATH": os.environ["PATH"]}
