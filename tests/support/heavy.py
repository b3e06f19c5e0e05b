"""What is heavy to import, by what it is for.

The test of each function says in LOADS which of it the function loads when it starts; an
authorizer, say, would pay for more at every cold start.
"""

import importlib

NOTHING: set[str] = set()
SDK = {"botocore"}
KEYS = {"cryptography"}
TOKENS = KEYS | {"jwt"}
BODIES, ADDRESSES = {"pydantic_core"}, {"email_validator"}
PASSWORDS, ESTIMATOR = {"bcrypt"}, {"zxcvbn"}
PASSKEYS = {"fido2"}
HEAVY = (SDK | TOKENS | BODIES | ADDRESSES | PASSWORDS | ESTIMATOR | PASSKEYS
         | {"boto3", "pydantic"})


def loads(module: str) -> set[str]:
    """Return what the test of a function says that it loads."""
    test = importlib.import_module(f"tests.lambda_functions.test_{module.partition('.')[2]}")
    expected: set[str] = test.LOADS
    return expected
