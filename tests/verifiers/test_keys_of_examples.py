"""The examples that teams copy take the keys of a stage as the reference says: only those that they
fetched, and not too often."""

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

from tests.attacks.forge import FOREIGN_KEY, Genuine
from tests.support.application import CLIENT_ID
from tests.verifiers.processes import EXAMPLES, Verifiers
from tests.verifiers.stages import KEYS, ServedStage, Server


@pytest.fixture
def stage(dev: ServedStage, server: Server) -> ServedStage:
    """One that nobody has asked yet, for the people of dev."""
    return server.stage()


@pytest.mark.parametrize("example", EXAMPLES)
def test_keys_are_kept_for_five_minutes(example: str, verifiers: Verifiers, stage: ServedStage
                                        ) -> None:
    token = stage.application().sign_in().pair.access_token

    for seconds, fetched in {0: 1, 1: 1, 290: 1, 301: 2, 302: 2}.items():
        assert verifiers.verdict(example, stage.issuer, CLIENT_ID, token,
                                 seconds_ahead=seconds).accepted
        assert stage.fetched[KEYS] == fetched
    assert stage.fetched["/.well-known/openid-configuration"] == 1


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_unknown_key_is_looked_for_every_ten_seconds_at_most(
        example: str, verifiers: Verifiers, stage: ServedStage) -> None:
    token = stage.application().sign_in().pair.access_token
    unknown = Genuine(token, token, FOREIGN_KEY).with_header({"kid": "unknown"})
    assert verifiers.verdict(example, stage.issuer, CLIENT_ID, token).accepted

    for seconds, fetched in {1: 1, 8: 1, 11: 2, 12: 2, 20: 2, 22: 3}.items():
        assert not verifiers.verdict(example, stage.issuer, CLIENT_ID, unknown,
                                     seconds_ahead=seconds).accepted
        assert stage.fetched[KEYS] == fetched


@pytest.mark.parametrize("example", EXAMPLES)
def test_keys_that_cannot_be_fetched_are_an_outage_and_no_refusal(
        example: str, verifiers: Verifiers, stage: ServedStage) -> None:
    """A service that answers 401 then makes honest clients sign everybody out."""
    token = stage.application().sign_in().pair.access_token
    assert verifiers.verdict(example, stage.issuer, CLIENT_ID, token).accepted
    stage.is_down = True

    verdict = verifiers.verdict(example, stage.issuer, CLIENT_ID, token, seconds_ahead=301)
    assert verdict.refused and not verdict.refused.startswith("Refused")
    stage.is_down = False
    assert verifiers.verdict(example, stage.issuer, CLIENT_ID, token, seconds_ahead=302).accepted


@pytest.mark.parametrize("example", EXAMPLES)
def test_es256_is_the_only_algorithm_whatever_keys_there_are(
        example: str, verifiers: Verifiers, stage: ServedStage) -> None:
    token = stage.application().sign_in().pair.access_token
    private = ec.generate_private_key(ec.SECP384R1())
    public = ECAlgorithm(ECAlgorithm.SHA384).to_jwk(private.public_key(), as_dict=True)
    stage.other_keys = ({**public, "alg": "ES384", "use": "sig", "kid": "other"},)
    other = jwt.encode(Genuine(token, token, stage.key).payload, private, "ES384",
                       {"typ": "at+jwt", "kid": "other"})

    assert verifiers.verdict(example, stage.issuer, CLIENT_ID, token).accepted
    verdict = verifiers.verdict(example, stage.issuer, CLIENT_ID, other)
    assert verdict.refused.startswith("Refused: ") and "alg" in verdict.refused
