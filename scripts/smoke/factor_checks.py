"""Smoke checks of second factors, and of showing again who one is."""

import time
from base64 import b32decode
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from scripts.smoke.api import FORGED, Api, ApiAnswer
from scripts.smoke.person import Person, newcomer, person
from shared.factors.totp import STEP_SECONDS, hotp


class Protected(NamedTuple):
    """A person whose second factor is on, their access token, and their recovery codes."""

    somebody: Person
    access: str
    recovery_codes: list[str]


def list_factors(api: Api) -> None:
    with person(api) as somebody:
        access, _ = somebody.sign_in()
        answer = api.call("GET", "/factors", token=access)
        answer.require(200)
        if not isinstance(answer["factors"], list):
            raise answer.wrong("200 with a list of factors")


def create_totp(api: Api) -> None:
    with newcomer(api) as somebody:
        access, _ = somebody.sign_in()
        answer = _begun(api, access)
        if not answer["otpauth_uri"].startswith("otpauth://totp/"):
            raise answer.wrong("201 with an address for an app")


def confirm_totp(api: Api) -> None:
    with _protected(api) as (somebody, _, _):
        _ticket(api, somebody)


def create_recovery_codes(api: Api) -> None:
    with _protected(api) as (somebody, access, old):
        answer = api.call("POST", "/factors/recovery-codes", token=access)
        answer.require(201)
        new = answer["recovery_codes"]
        _second_step(api, somebody, old[0]).require(401, name="invalid_code")
        _second_step(api, somebody, new[0]).require(201)


def delete_totp(api: Api) -> None:
    with _protected(api) as (somebody, access, _):
        api.call("DELETE", "/factors/totp", token=access).require(200)
        somebody.sign_in()


def reauthenticate(api: Api) -> None:
    with person(api) as somebody:
        access, _ = somebody.sign_in()
        path = "/session/authentication"
        api.call("PUT", path, {"password": "not the password"}, access).require(
            401, name="bad_credentials")
        api.call("PUT", path, {"password": somebody.password}, access).require(
            200, token_type="Bearer")


def reauthenticate_refusal(api: Api) -> None:
    api.call("PUT", "/session/authentication", {"password": FORGED}, FORGED).require(
        401, name="unauthorized")


@contextmanager
def _protected(api: Api) -> Iterator[Protected]:
    """Yield somebody whose second factor is on, and off again afterwards."""
    with newcomer(api) as somebody:
        access, _ = somebody.sign_in()
        secret = b32decode(_begun(api, access)["secret"])
        code = {"code": hotp(secret, int(time.time()) // STEP_SECONDS)}
        answer = api.call("PUT", "/factors/totp", code, access)
        answer.require(200)
        codes = answer["recovery_codes"]
        # API Gateway may still have what the authorizer said of the token before.
        shown = api.call("PUT", "/session/authentication", {"code": codes.pop()}, access)
        shown.require(200)
        access = shown["access_token"]
        try:
            yield Protected(somebody, access, codes)
        finally:
            api.call("DELETE", "/factors/totp", token=access)


def _begun(api: Api, access: str) -> ApiAnswer:
    answer = api.call("POST", "/factors/totp", token=access)
    answer.require(201)
    return answer


def _ticket(api: Api, somebody: Person) -> str:
    answer = api.call("POST", "/session", {
        "account_type": "traditional", "email": somebody.email, "password": somebody.password})
    answer.require(401, name="second_factor_required")
    return str(answer["ticket"])


def _second_step(api: Api, somebody: Person, code: str) -> ApiAnswer:
    return api.call("POST", "/session", {
        "account_type": "second_factor", "ticket": _ticket(api, somebody), "code": code})
