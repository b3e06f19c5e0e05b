"""The examples that teams copy take the keys of a stage as the reference says: only those that they
fetched, and not too often."""

import json

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

from tests.attacks.forge import FOREIGN_KEY, Genuine
from tests.support.application import CLIENT_ID, Answer
from tests.verifiers.processes import EXAMPLES, Verifiers
from tests.verifiers.stages import CONFIGURATION, KEYS, ServedStage, Server

BROKEN = {
    "503": Answer(503, {}, ""),
    "a page": Answer(200, {}, "<html>"),
    "cut off": Answer(200, {}, '{"keys": ['),
    "an empty object": Answer(200, {}, "{}"),
    "a list": Answer(200, {}, "[]")}


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
        assert verifiers.verdict(example, stage.issuer, CLIENT_ID, unknown, seconds_ahead=seconds
                                 ).refused.startswith("Refused: ")
        assert stage.fetched[KEYS] == fetched


@pytest.mark.parametrize("broken", BROKEN)
@pytest.mark.parametrize("example", EXAMPLES)
def test_keys_that_cannot_be_read_are_an_outage_and_no_refusal(
        example: str, broken: str, verifiers: Verifiers, stage: ServedStage) -> None:
    """A service that answers 401 then makes honest clients sign everybody out. A token of a key
    that is not known may be a good one, too."""
    token = stage.application().sign_in().pair.access_token
    unknown = Genuine(token, token, FOREIGN_KEY).with_header({"kid": "unknown"})
    assert verifiers.verdict(example, stage.issuer, CLIENT_ID, token).accepted
    stage.instead[KEYS] = BROKEN[broken]

    for asked, seconds in ((unknown, 11), (token, 301)):
        verdict = verifiers.verdict(example, stage.issuer, CLIENT_ID, asked, seconds_ahead=seconds)
        assert verdict.refused and not verdict.refused.startswith("Refused")
    del stage.instead[KEYS]
    assert verifiers.verdict(example, stage.issuer, CLIENT_ID, token, seconds_ahead=302).accepted


@pytest.mark.parametrize("example", EXAMPLES)
def test_keys_at_a_closed_port_are_an_outage_and_no_refusal(
        example: str, verifiers: Verifiers, stage: ServedStage) -> None:
    token = stage.application().sign_in().pair.access_token
    stage.instead[CONFIGURATION] = Answer(200, {}, '{"jwks_uri": "https://127.0.0.1:9/"}')

    verdict = verifiers.verdict(example, stage.issuer, CLIENT_ID, token)
    assert verdict.refused and not verdict.refused.startswith("Refused")


@pytest.mark.parametrize(("example", "refusal"),
                         [("node/example", "Refused: "), ("python/example", "ConnectionError: ")])
def test_a_set_without_any_key_lets_nobody_in(
        example: str, refusal: str, verifiers: Verifiers, stage: ServedStage) -> None:
    """To jose every key is unknown then. To PyJWT this is no set of keys, and thus an outage."""
    token = stage.application().sign_in().pair.access_token
    stage.instead[KEYS] = Answer(200, {}, '{"keys": []}')

    assert verifiers.verdict(example, stage.issuer, CLIENT_ID, token).refused.startswith(refusal)


@pytest.mark.parametrize("example", EXAMPLES)
def test_es256_is_the_only_algorithm_whatever_keys_there_are(
        example: str, verifiers: Verifiers, stage: ServedStage) -> None:
    token = stage.application().sign_in().pair.access_token
    private = ec.generate_private_key(ec.SECP384R1())
    public = ECAlgorithm(ECAlgorithm.SHA384).to_jwk(private.public_key(), as_dict=True)
    keys = [*stage.answer(KEYS).body["keys"],
            {**public, "alg": "ES384", "use": "sig", "kid": "other"}]
    stage.instead[KEYS] = Answer(200, {}, json.dumps({"keys": keys}))
    other = jwt.encode(Genuine(token, token, stage.key).payload, private, "ES384",
                       {"typ": "at+jwt", "kid": "other"})

    assert verifiers.verdict(example, stage.issuer, CLIENT_ID, token).accepted
    verdict = verifiers.verdict(example, stage.issuer, CLIENT_ID, other)
    assert verdict.refused.startswith("Refused: ") and "alg" in verdict.refused
