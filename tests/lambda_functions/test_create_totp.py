"""POST /factors/totp: begins to add an app that makes codes."""

from base64 import b32decode
from urllib.parse import parse_qs, urlsplit

from tests.support.application import EMAIL, Pair
from tests.support.clock import Clock
from tests.support.cloud import Cloud
from tests.support.heavy import KEYS, SDK
from tests.support.second_factors import Enrolled, FactorOwner

LOADS = SDK | KEYS


def test_an_app_gets_its_secret_by_a_drawn_code_or_typed(careful: FactorOwner, signed_in: Pair
                                                         ) -> None:
    """160 random bits (RFC 4226 section 4), of the service and the account by name."""
    answer = careful.create_totp(signed_in.access_token)

    address = urlsplit(answer.body["otpauth_uri"])
    assert answer.status == 201
    assert (address.scheme, address.netloc) == ("otpauth", "totp")
    assert address.path == f"/session-api:{EMAIL}"
    assert parse_qs(address.query) == {
        "secret": [answer.body["secret"]], "issuer": ["session-api"], "algorithm": ["SHA1"],
        "digits": ["6"], "period": ["30"]}
    assert len(b32decode(answer.body["secret"])) == 20


def test_each_beginning_is_another_secret_and_the_last_one_counts(
        careful: FactorOwner, signed_in: Pair) -> None:
    first, second = (careful.begin_enrolment(signed_in.access_token) for _ in range(2))
    now = careful.services.now()

    assert first.secret != second.secret
    assert careful.confirm_totp(signed_in.access_token, first.code(now)).name == "invalid_code"
    assert careful.confirm_totp(signed_in.access_token, second.code(now)).status == 200


def test_the_password_signs_in_until_the_app_is_confirmed(careful: FactorOwner, signed_in: Pair
                                                          ) -> None:
    """Somebody who never finishes must not be locked out."""
    careful.begin_enrolment(signed_in.access_token)

    assert careful.sign_in().status == 201


def test_no_secret_lies_in_the_table_in_clear(careful: FactorOwner, signed_in: Pair, cloud: Cloud
                                              ) -> None:
    app = careful.begin_enrolment(signed_in.access_token)

    kept = cloud.item("factors")
    assert app.secret not in str(kept) and b32decode(app.secret).hex() not in str(kept)
    assert kept.keys() == {"UserId", "FactorId", "secret", "pepper_id", "created_at"}


def test_an_app_that_is_on_is_not_replaced(careful: FactorOwner, signed_in: Pair,
                                           enrolled: Enrolled) -> None:
    """It has to be removed first, which asks for a code of it."""
    assert careful.create_totp(signed_in.access_token).outcome == (409, "factor_exists")
    assert careful.sign_in_with(careful.next_code(enrolled.app)).status == 201


def test_a_session_that_is_ten_minutes_old_is_not_enough(careful: FactorOwner, signed_in: Pair,
                                                         clock: Clock, cloud: Cloud) -> None:
    clock.advance(600)

    answer = careful.create_totp(signed_in.access_token)

    assert answer.outcome == (401, "reauthentication_required")
    assert answer.body["kinds"] == ["password"]
    assert "max_age=600" in answer.headers["WWW-Authenticate"]
    assert cloud.items("factors") == []


def test_a_second_before_that_it_is(careful: FactorOwner, signed_in: Pair, clock: Clock) -> None:
    clock.advance(599)

    assert careful.create_totp(signed_in.access_token).status == 201
