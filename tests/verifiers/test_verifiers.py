"""Verifiers that others wrote take an access token of ours, and nothing else that is ours or
pretends to be. Each knows the issuer and its client id, and finds the rest by discovery."""

from typing import Any

import pytest

from shared.tokens.mail_tokens import MailClaims, Purpose
from shared.wiring.services import wall_clock
from tests.attacks.forge import Genuine
from tests.attacks.signature_forgeries import FORGERIES
from tests.support.application import CLIENT_ID, Pair
from tests.support.possession import Prover
from tests.verifiers.habits import HABITS
from tests.verifiers.holders import Holder
from tests.verifiers.processes import VERIFIERS, Verdict, Verifiers
from tests.verifiers.sent import Sent
from tests.verifiers.stages import ServedStage, Server

FORGED = ("one bit flipped", "the signature of another payload", "foreign key under our id",
          "foreign key under its own id", "jwk, signed by a foreign key under its own id",
          "alg 'none', no signature", "HS256 with the PEM", "HS256 with the JWK")
# How long before the end of a time it is seen to last. The test itself may take part of that.
SHORTLY_SECONDS = 3


@pytest.fixture(scope="package")
def others(dev: ServedStage, server: Server, pair: Pair, genuine: Genuine) -> dict[str, str]:
    """Return what no verifier may take, by what it is."""
    mailed = {purpose: dev.services().mail_tokens.mint(MailClaims(genuine.payload["sub"], 1),
                                                       purpose) for purpose in Purpose}
    prod = server.stage("prod")
    return {
        "refresh token": pair.refresh_token,
        "mail token to reset a password": mailed[Purpose.RESET_PASSWORD],
        "mail token to verify an address": mailed[Purpose.VERIFY_EMAIL],
        "device token": dev.application().sign_in().device_token,
        "another client's": dev.application("phone-app").sign_in().pair.access_token,
        "another stage's": prod.application().sign_in().pair.access_token,
        "another stage's under our key": genuine.with_claims(iss=prod.issuer),
        **{name: FORGERIES[name](genuine) for name in FORGED}}


OTHERS = ("refresh token", "mail token to reset a password", "mail token to verify an address",
          "device token", "another client's", "another stage's", "another stage's under our key",
          *FORGED)


def test_the_habits_of_every_verifier_are_known() -> None:
    assert VERIFIERS == sorted(HABITS)


@pytest.mark.parametrize("verifier", VERIFIERS)
def test_a_good_token_passes(verifier: str, verifiers: Verifiers, dev: ServedStage, pair: Pair,
                             genuine: Genuine) -> None:
    verdict = verifiers.verdict(verifier, dev.issuer, CLIENT_ID, pair.access_token)

    assert verdict == Verdict(genuine.payload)


@pytest.mark.parametrize("verifier", VERIFIERS)
def test_a_good_token_of_a_laptop_passes(verifier: str, verifiers: Verifiers, laptop: ServedStage
                                         ) -> None:
    """Three insist on https unless they are told that this is a laptop."""
    token = laptop.application().sign_in().pair.access_token

    assert verifiers.verdict(verifier, laptop.issuer, CLIENT_ID, token).accepted


@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize("verifier", VERIFIERS)
def test_nothing_else_passes(verifier: str, other: str, verifiers: Verifiers, dev: ServedStage,
                             pair: Pair, others: dict[str, str]) -> None:
    """What refuses it takes a good token before and after: it is not merely out of order."""
    def is_accepted(token: str) -> bool:
        return verifiers.verdict(verifier, dev.issuer, CLIENT_ID, token, instance=other).accepted

    assert is_accepted(pair.access_token)
    assert not is_accepted(others[other])
    assert is_accepted(pair.access_token)


@pytest.mark.parametrize("verifier", VERIFIERS)
def test_an_expired_token_passes_for_as_long_as_a_verifier_tolerates(
        verifier: str, verifiers: Verifiers, dev: ServedStage, genuine: Genuine) -> None:
    leeway = HABITS[verifier].leeway_seconds

    def is_accepted(seconds_after_expiry: int) -> bool:
        token = genuine.with_claims(exp=wall_clock() - seconds_after_expiry)
        return verifiers.verdict(verifier, dev.issuer, CLIENT_ID, token).accepted

    assert is_accepted(leeway - SHORTLY_SECONDS)
    assert not is_accepted(leeway + 1)


@pytest.mark.parametrize("verifier", VERIFIERS)
def test_a_copy_of_a_bound_token_passes_wherever_nobody_asks_for_a_proof(
        verifier: str, verifiers: Verifiers, dev: ServedStage, holder: Holder) -> None:
    """Where somebody asks, it has to be by the key of the token, and not too old."""
    age = HABITS[verifier].proof_seconds

    def is_accepted(sent: Sent) -> bool:
        return verifiers.verdict(verifier, dev.issuer, CLIENT_ID, holder.token, sent=sent).accepted

    def proof(seconds_old: int, by: Holder = holder) -> str:
        return by.proof(iat=wall_clock() - seconds_old)

    assert is_accepted(holder.sends(scheme="Bearer")) is (age is None)
    if age is not None:
        assert is_accepted(holder.sends(proof(age - SHORTLY_SECONDS)))
        for refused in ([], [proof(age + 2)], [proof(0, Holder(Prover(), holder.token))]):
            assert not is_accepted(holder.sends(*refused))


@pytest.mark.parametrize("verifier", VERIFIERS)
def test_a_new_key_is_found_and_a_revoked_one_is_not(
        verifier: str, verifiers: Verifiers, dev: ServedStage, server: Server) -> None:
    """By an instance that has fetched no keys before. One that has the revoked key finds the new
    one as soon as it looks again, and no sooner."""
    stage = server.stage()
    leaked = stage.application().sign_in().pair.access_token
    again = HABITS[verifier].looks_again_seconds

    def is_accepted(token: str, **asked: Any) -> bool:
        return verifiers.verdict(verifier, stage.issuer, CLIENT_ID, token, **asked).accepted

    assert is_accepted(leaked)
    stage.revoke_key()
    good = stage.application().sign_in().pair.access_token

    assert not is_accepted(leaked, instance="new")
    assert is_accepted(good, instance="new")
    if again:
        assert not is_accepted(good, seconds_ahead=again - SHORTLY_SECONDS)
    assert is_accepted(good, seconds_ahead=again + 1 if again else 0)


@pytest.mark.parametrize("verifier", VERIFIERS)
def test_a_revoked_key_is_used_for_as_long_as_a_verifier_keeps_it(
        verifier: str, verifiers: Verifiers, dev: ServedStage, server: Server) -> None:
    stage = server.stage()
    leaked = stage.application().sign_in().pair.access_token
    kept = HABITS[verifier].keys_kept_seconds

    def is_accepted(seconds_ahead: int) -> bool:
        return verifiers.verdict(verifier, stage.issuer, CLIENT_ID, leaked,
                                 seconds_ahead=seconds_ahead).accepted

    assert is_accepted(0)
    stage.revoke_key()
    if kept is None:
        assert all(is_accepted(seconds) for seconds in range(0, 601, 50))
    else:
        assert is_accepted(kept - SHORTLY_SECONDS)
        assert not is_accepted(kept + 1)
