"""Each function's role is refused whatever the function does not need.

The emulator enforces IAM. What is allowed is written down here a second time, so that a
permission more or less in serverless.yml is seen.
"""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from scripts import package
from scripts.local.stack import LocalStack
from tests.support.tables import KEYS

READ, WRITE, UPDATE, DELETE, LIST = "GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query"
WRITE_MANY = "BatchWriteItem"
TABLES = {table: (f"{table.title()}TableName", {part: "x" for part in key})
          for table, key in KEYS.items()}
SIGNING, PEPPER, MAIL, MAILER = "signing secret", "pepper secret", "mail", "sendMail:live"
PROVE = {"identities": {READ, UPDATE}, "attempts": {UPDATE, DELETE}}
SIGN_IN = {"identities": {READ, UPDATE}, "attempts": {READ, UPDATE, DELETE}}
OWNER = {"users": {READ}, "identities": {READ}}
KINDS = {"factors": {LIST}}
SPENDS = {"factors": {LIST, UPDATE}}
SWEEP = {"sessions": {LIST, WRITE_MANY}}
SWEEP_OWN_LAST = {"sessions": {LIST, WRITE_MANY, DELETE}}
ASK_FOR_MAIL: dict[str, set[str]] = {"attempts": {UPDATE}, PEPPER: {"GetSecretValue"},
                                     MAILER: {"InvokeFunction"}}
TELLS: dict[str, set[str]] = {MAILER: {"InvokeFunction"}}
SIGNS = {SIGNING: {"GetSecretValue"}}
HASHES = {PEPPER: {"GetSecretValue"}}

ALLOWED: dict[str, dict[str, set[str]]] = {
    "ping": {}, "preflight": {}, "getConfiguration": {}, "getPage": {}, "getSession": {},
    "getJwks": SIGNS,
    "createUser": ASK_FOR_MAIL | {"users": {WRITE}, "identities": {WRITE}},
    "getUser": OWNER,
    "createSession": SIGN_IN | SIGNS | HASHES | TELLS | SPENDS | {
        "users": {READ, UPDATE}, "sessions": {WRITE, DELETE, LIST, WRITE_MANY}},
    "reauthenticate": SIGNS | HASHES | TELLS | SPENDS | OWNER | {
        "attempts": {UPDATE, DELETE}, "sessions": {READ, UPDATE}},
    "listFactors": {"factors": {LIST}},
    "createTotp": HASHES | OWNER | {"factors": {LIST, WRITE}, "sessions": {READ}},
    "confirmTotp": HASHES | TELLS | {
        "users": {READ}, "identities": {READ, UPDATE}, "factors": {LIST, WRITE, UPDATE},
        "attempts": {UPDATE, DELETE}, "sessions": {READ, UPDATE, LIST, WRITE_MANY}},
    "createRecoveryCodes": HASHES | TELLS | OWNER | {
        "factors": {LIST, WRITE}, "sessions": {READ}},
    "deleteTotp": TELLS | {
        "users": {READ}, "identities": {READ, UPDATE}, "factors": {LIST, DELETE},
        "sessions": {READ}},
    "beginPasskey": SIGNS | OWNER | KINDS | {"sessions": {READ}},
    "createPasskey": SIGNS | HASHES | TELLS | {
        "users": {READ}, "identities": {READ, UPDATE}, "factors": {LIST, WRITE},
        "sessions": {READ, UPDATE, LIST, WRITE_MANY}},
    "renamePasskey": {"factors": {UPDATE}},
    "deletePasskey": TELLS | {
        "users": {READ}, "identities": {READ, UPDATE}, "factors": {LIST, DELETE},
        "sessions": {READ, LIST, WRITE_MANY}},
    "beginPasskeySignIn": SIGNS | OWNER | KINDS | {"sessions": {READ}},
    "createPasskeySession": SIGNS | OWNER | {
        "factors": {READ, UPDATE}, "attempts": {UPDATE},
        "sessions": {WRITE, DELETE, LIST, WRITE_MANY}},
    "reauthenticateByPasskey": SIGNS | {
        "factors": {READ, UPDATE}, "sessions": {READ, UPDATE}},
    "createAuthorizationCode": OWNER | KINDS | {
        "attempts": {WRITE}, "sessions": {READ}, "clients": {READ}},
    "createCodeSession": SIGNS | {
        "users": {READ, UPDATE}, "identities": {READ}, "attempts": {UPDATE},
        "sessions": {READ, WRITE, DELETE, LIST, WRITE_MANY}},
    "beginPasskeySignUp": SIGNS | {"attempts": {READ}},
    "createPasskeyUser": SIGNS | HASHES | {
        "users": {READ, WRITE}, "identities": {WRITE}, "factors": {READ, WRITE},
        "attempts": {READ, UPDATE}, "sessions": {WRITE, DELETE, LIST}},
    "refreshSession": SIGNS | {"sessions": {READ, UPDATE, DELETE}},
    "deleteSession": SIGNS | {"sessions": {DELETE}},
    "changePassword": PROVE | SIGNS | HASHES | TELLS | KINDS | {
        "users": {READ, UPDATE}, "sessions": {WRITE, READ, LIST, DELETE, WRITE_MANY}},
    "changeEmail": ASK_FOR_MAIL | OWNER | KINDS | {"sessions": {READ}},
    "confirmEmail": SIGNS | TELLS | {
        "users": {READ, UPDATE}, "identities": {READ, WRITE, DELETE},
        "sessions": {READ, UPDATE, LIST, WRITE_MANY}},
    "deleteUser": PROVE | HASHES | {
        "users": {READ, DELETE}, "identities": {READ, DELETE}, "factors": {LIST, WRITE_MANY},
        "sessions": {READ, LIST, DELETE, WRITE_MANY}},
    "exportUser": HASHES | {"users": {READ}, "identities": {READ}, "attempts": {READ},
                            "sessions": {LIST}} | KINDS,
    "listSessions": {"sessions": {LIST}},
    "deleteSessions": SWEEP_OWN_LAST | TELLS | {"users": {READ}},
    "deleteSessionById": {"sessions": {DELETE}},
    "requestPasswordReset": ASK_FOR_MAIL,
    "resetPassword": SIGNS | HASHES | SWEEP | TELLS | {
        "users": {READ}, "identities": {READ, UPDATE}, "factors": {LIST, DELETE},
        "attempts": {UPDATE, DELETE}},
    "requestEmailVerification": ASK_FOR_MAIL,
    "sendMail": SIGNS | HASHES | {"identities": {READ}, "attempts": {UPDATE},
                                  MAIL: {"SendEmail"}},
    "verifyEmail": PROVE | SIGNS | HASHES | TELLS | KINDS | {
        "users": {READ, UPDATE}, "sessions": {READ, WRITE, UPDATE, LIST, DELETE, WRITE_MANY}},
    "authorizer": SIGNS | {"sessions": {READ, UPDATE}, "clients": {READ}},
    "clientIdAuthorizer": {"clients": {READ}},
}


def test_every_function_is_held_to_its_list() -> None:
    assert ALLOWED.keys() == package.functions().keys(), "write the list of each in ALLOWED"


@pytest.mark.parametrize("function", ALLOWED)
def test_a_role_may_do_what_its_function_needs_and_no_more(
        stack: LocalStack, outputs: dict[str, str], function: str) -> None:
    credentials = _assume_role_of(stack, function)

    found: dict[str, set[str]] = {}
    for resource, operation, attempt in _attempts(stack, outputs, credentials):
        if _is_allowed(attempt):
            found.setdefault(resource, set()).add(operation)

    assert found == ALLOWED[function]


def _assume_role_of(stack: LocalStack, function: str) -> dict[str, str]:
    settings = stack.emulator.client("lambda").get_function_configuration(
        FunctionName=f"{stack.name}-{function}")
    assumed = stack.emulator.client("sts").assume_role(
        RoleArn=settings["Role"], RoleSessionName="least-privilege")["Credentials"]
    return {"aws_access_key_id": assumed["AccessKeyId"],
            "aws_secret_access_key": assumed["SecretAccessKey"],
            "aws_session_token": assumed["SessionToken"]}


Attempt = tuple[str, str, Callable[[], Any]]


def _attempts(stack: LocalStack, outputs: dict[str, str], credentials: dict[str, str]
              ) -> list[Attempt]:
    """Return resource, operation and what tries it; nothing is changed even where allowed."""
    dynamodb = stack.emulator.client("dynamodb", **credentials)
    secrets = stack.emulator.client("secretsmanager", **credentials)
    ses = stack.emulator.client("sesv2", **credentials)
    functions = stack.emulator.client("lambda", **credentials)
    return [
        *(attempt for table, (output, key) in TABLES.items()
          for attempt in _on_table(dynamodb, table, outputs[output], key)),
        *_on_secret(secrets, SIGNING, outputs["SigningSecretArn"]),
        *_on_secret(secrets, PEPPER, outputs["PepperSecretArn"]),
        (MAIL, "SendEmail", lambda: ses.send_email(
            FromEmailAddress="Session API <no-reply@session-api.example>",
            Destination={"ToAddresses": ["probe@example.org"]},
            Content={"Simple": {"Subject": {"Data": "x"}, "Body": {"Text": {"Data": "x"}}}})),
        *(attempt for function in (MAILER, "sendMail", "createUser:live")
          for attempt in _on_function(functions, stack, function))]


def _on_function(functions: Any, stack: LocalStack, function: str) -> list[Attempt]:
    name = f"{stack.name}-{function}"
    return [
        (function, "InvokeFunction", lambda: functions.invoke(
            FunctionName=name, InvocationType="DryRun")),
        (function, "GetFunction", lambda: functions.get_function(FunctionName=name))]


def _on_table(dynamodb: Any, table: str, name: str, key: dict[str, str]) -> list[Attempt]:
    item = {part: {"S": value} for part, value in key.items()}
    never = "attribute_exists(no_such)"
    return [
        (table, READ, lambda: dynamodb.get_item(TableName=name, Key=item)),
        (table, WRITE, lambda: dynamodb.put_item(
            TableName=name, Item=item, ConditionExpression=never)),
        (table, UPDATE, lambda: dynamodb.update_item(
            TableName=name, Key=item, UpdateExpression="REMOVE no_such",
            ConditionExpression=never)),
        (table, DELETE, lambda: dynamodb.delete_item(TableName=name, Key=item)),
        (table, WRITE_MANY, lambda: dynamodb.batch_write_item(
            RequestItems={name: [{"DeleteRequest": {"Key": item}}]})),
        (table, LIST, lambda: dynamodb.query(
            TableName=name, KeyConditionExpression=f"{next(iter(key))} = :x",
            ExpressionAttributeValues={":x": {"S": "x"}})),
        (table, "Scan", lambda: dynamodb.scan(TableName=name, Limit=1)),
        (table, "DeleteTable", lambda: dynamodb.delete_table(TableName=name))]


def _on_secret(secrets: Any, secret: str, arn: str) -> list[Attempt]:
    return [
        (secret, "GetSecretValue", lambda: secrets.get_secret_value(SecretId=arn)),
        (secret, "PutSecretValue", lambda: secrets.put_secret_value(
            SecretId=arn, SecretString="x", VersionStages=["PROBE"])),
        (secret, "ListSecretVersionIds", lambda: secrets.list_secret_version_ids(SecretId=arn))]


def _is_allowed(attempt: Callable[[], Any]) -> bool:
    try:
        attempt()
    except ClientError as error:
        code = str(error.response["Error"]["Code"])
        assert code in ("ConditionalCheckFailedException", "AccessDeniedException",
                        "AccessDenied"), error
        return code == "ConditionalCheckFailedException"
    return True
