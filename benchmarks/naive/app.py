"""The naive twin of the functions: one module that imports everything, boto3's resources, a
model for each body. It keeps to the same tables and tokens, so that it can be given the same
events; it has none of the service's safety, and is never deployed.
"""

import base64
import hashlib
import hmac
import json
import os
import time
import uuid
from typing import Any

import bcrypt
import boto3  # type: ignore[import-untyped]  # has no types of its own
import jwt
from boto3.dynamodb.conditions import Attr  # type: ignore[import-untyped]  # as above
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import BaseModel, EmailStr, Field
from zxcvbn import zxcvbn

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551

dynamodb = boto3.resource("dynamodb")
secrets = boto3.client("secretsmanager")
users, identities, sessions, attempts, clients = (
    dynamodb.Table(os.environ[f"{name}_TABLE"])
    for name in ("USERS", "IDENTITIES", "SESSIONS", "ATTEMPTS", "CLIENTS"))


def _secret(name: str) -> bytes:
    answer = secrets.get_secret_value(SecretId=os.environ[name], VersionStage="AWSCURRENT")
    return str(answer["SecretString"]).encode()


_stretched = HKDF(SHA256(), 48, None, b"session-api token signing ES256").derive(
    _secret("SIGNING_SECRET_ID"))
key = ec.derive_private_key(int.from_bytes(_stretched) % (ORDER - 1) + 1, ec.SECP256R1())
public_key = key.public_key()
pepper = hmac.digest(_secret("PEPPER_SECRET_ID"), b"session-api password", "sha384")


class NewUser(BaseModel):
    email: EmailStr
    password: str = Field(min_length=15)


class Credentials(BaseModel):
    account_type: str
    email: EmailStr
    password: str


class Refresh(BaseModel):
    refresh_token: str


def _answer(status: int, body: dict[str, Any]) -> dict[str, Any]:
    return {"statusCode": status, "headers": {"Content-Type": "application/json"},
            "body": json.dumps(body)}


def _prehash(password: str) -> bytes:
    return base64.b64encode(hmac.digest(pepper, password.encode(), hashlib.sha384))


def _bearer(event: dict[str, Any]) -> str:
    return str(event["headers"]["Authorization"].split(" ", 1)[1])


def _claims(token: str, verify_expiry: bool = True) -> dict[str, Any]:
    return jwt.decode(token, public_key, algorithms=["ES256"],
                      options={"verify_aud": False, "verify_exp": verify_expiry})


def _tokens(session: dict[str, Any]) -> dict[str, Any]:
    now = int(time.time())
    claims = {"iss": os.environ["TOKEN_ISSUER"], "aud": session["client_id"],
              "sub": session["UserId"], "sid": session["SessionId"],
              "gen": int(session["generation"]), "iat": now}
    return {f"{kind}_token": jwt.encode(claims | {"exp": now + lifetime}, key, algorithm="ES256")
            for kind, lifetime in (("access", 3600), ("refresh", 1209600))}


def ping(event: dict[str, Any], _context: object) -> dict[str, Any]:
    return _answer(200, {"message": "pong"})


def create_user(event: dict[str, Any], _context: object) -> dict[str, Any]:
    body = NewUser.model_validate_json(event["body"])
    if zxcvbn(body.password)["score"] < 3:
        return _answer(400, {"name": "weak_password"})
    user_id = str(uuid.uuid4())
    hashed = bcrypt.hashpw(_prehash(body.password),
                           bcrypt.gensalt(int(os.environ["BCRYPT_COST"]))).decode()
    identities.put_item(
        Item={"Identity": f"email#{body.email}", "user_id": user_id, "password_hash": hashed,
              "email_verified": False},
        ConditionExpression=Attr("Identity").not_exists())
    users.put_item(Item={"UserId": user_id, "email": body.email})
    return _answer(201, {"id": user_id, "email": body.email})


def get_user(event: dict[str, Any], _context: object) -> dict[str, Any]:
    user_id = event["requestContext"]["authorizer"]["user_id"]
    item = users.get_item(Key={"UserId": user_id}, ConsistentRead=True)["Item"]
    identity = identities.get_item(Key={"Identity": f"email#{item['email']}"},
                                   ConsistentRead=True)["Item"]
    return _answer(200, {"id": user_id, "email": item["email"],
                         "email_verified": identity["email_verified"]})


def create_session(event: dict[str, Any], _context: object) -> dict[str, Any]:
    body = Credentials.model_validate_json(event["body"])
    key_of_attempts = {"Subject": body.email}
    attempts.update_item(Key=key_of_attempts, UpdateExpression="ADD attempts :one",
                         ExpressionAttributeValues={":one": 1})
    identity = identities.get_item(Key={"Identity": f"email#{body.email}"},
                                   ConsistentRead=True)["Item"]
    if not bcrypt.checkpw(_prehash(body.password), identity["password_hash"].encode()):
        return _answer(401, {"name": "bad_credentials"})
    attempts.delete_item(Key=key_of_attempts)
    session = {"UserId": identity["user_id"], "SessionId": str(uuid.uuid4()), "generation": 0,
               "client_id": event["requestContext"]["authorizer"]["client_id"],
               "expires_at": int(time.time()) + 2592000}
    sessions.put_item(Item=session)
    return _answer(201, _tokens(session))


def refresh_session(event: dict[str, Any], _context: object) -> dict[str, Any]:
    Refresh.model_validate_json(event["body"])
    # It cannot verify the refresh token, which is ours, and verifies its own kind in its place.
    _claims(_bearer(event), verify_expiry=False)
    claims = _claims(_bearer(event), verify_expiry=False)
    place = {"UserId": claims["sub"], "SessionId": claims["sid"]}
    session = sessions.get_item(Key=place, ConsistentRead=True)["Item"]
    session["generation"] += 1
    sessions.put_item(Item=session, ConditionExpression=Attr("generation").eq(claims["gen"]))
    return _answer(200, _tokens(session))


def get_session(event: dict[str, Any], _context: object) -> dict[str, Any]:
    expires_at = int(event["requestContext"]["authorizer"]["access_expires_at"])
    return _answer(200, {"access_token_expires_in": expires_at - int(time.time())})


def delete_session(event: dict[str, Any], _context: object) -> dict[str, Any]:
    claims = _claims(_bearer(event), verify_expiry=False)
    sessions.delete_item(Key={"UserId": claims["sub"], "SessionId": claims["sid"]})
    return _answer(200, {"message": "session ended"})


def _policy(event: dict[str, Any], principal: str, context: dict[str, Any]) -> dict[str, Any]:
    return {"principalId": principal, "context": context, "policyDocument": {
        "Version": "2012-10-17", "Statement": [{
            "Action": "execute-api:Invoke", "Effect": "Allow", "Resource": event["methodArn"]}]}}


def authorizer(event: dict[str, Any], _context: object) -> dict[str, Any]:
    claims = _claims(_bearer(event))
    sessions.get_item(Key={"UserId": claims["sub"], "SessionId": claims["sid"]},
                      ConsistentRead=True)["Item"]
    return _policy(event, claims["sub"], {"session_id": claims["sid"]})


def client_id_authorizer(event: dict[str, Any], _context: object) -> dict[str, Any]:
    client_id = event["headers"]["x-koms-clientid"]
    clients.get_item(Key={"ClientId": client_id}, ConsistentRead=True)["Item"]
    return _policy(event, client_id, {"client_id": client_id})


def get_jwks(event: dict[str, Any], _context: object) -> dict[str, Any]:
    jwk = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(public_key))
    return _answer(200, {"keys": [jwk]})
