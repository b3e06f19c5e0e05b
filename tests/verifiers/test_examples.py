"""The examples that teams copy check all that the reference lists, and refuse what is forged."""

import json
import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from scripts.bootstrap import pins
from scripts.checkout import ROOT
from tests.attacks import payload_forgeries, signature_forgeries
from tests.attacks.forge import ABSENT, FOREIGN_KEY, Genuine
from tests.support.application import CLIENT_ID
from tests.verifiers.processes import (EXAMPLES, FOLDER, PYTHON, Verdict,
                                       Verifiers)
from tests.verifiers.stages import ServedStage

FORGERIES = signature_forgeries.FORGERIES | payload_forgeries.FORGERIES
# Other spellings of what we write: RFC 7515 section 4.1.9, and names that are there twice.
SPELLINGS = {"typ 'AT+JWT'", "typ 'application/at+jwt'", "alg twice", "alg twice, once escaped"}
CHECKS = "(alg|typ|kid|iss is|aud is|issuer|client|another client|another stage)\\b|.* is absent$"
CHECKED = [name for name in FORGERIES if name not in SPELLINGS and re.match(CHECKS, name)]


@pytest.mark.parametrize("example", EXAMPLES)
def test_who_knows_all_but_our_secrets_can_only_repeat_a_token(
        example: str, verifiers: Verifiers, dev: ServedStage, genuine: Genuine) -> None:
    """Some spellings of the same signature are taken. They say what the token said."""
    forger = replace(genuine, key=replace(genuine.key, private=FOREIGN_KEY.private,
                                          hmac_root=FOREIGN_KEY.hmac_root))
    for name, forgery in FORGERIES.items():
        verdict = verifiers.verdict(example, dev.issuer, CLIENT_ID, forgery(forger))

        assert verdict == Verdict(genuine.payload) or verdict.refused.startswith("Refused: "), name


@pytest.mark.parametrize("example", EXAMPLES)
def test_what_we_sign_is_checked_as_the_reference_says(
        example: str, verifiers: Verifiers, dev: ServedStage, genuine: Genuine) -> None:
    for name in CHECKED:
        verdict = verifiers.verdict(example, dev.issuer, CLIENT_ID, FORGERIES[name](genuine))

        assert verdict.refused.startswith("Refused: "), name


@pytest.mark.parametrize("claim", ["client_id", "auth_time", "amr", "acr"])
@pytest.mark.parametrize("example", EXAMPLES)
def test_a_token_without_a_claim_of_rfc_9068_is_refused(
        example: str, claim: str, verifiers: Verifiers, dev: ServedStage, genuine: Genuine
        ) -> None:
    without = genuine.with_claims(**{claim: ABSENT})

    verdict = verifiers.verdict(example, dev.issuer, CLIENT_ID, without)
    assert verdict.refused.startswith("Refused: ") and claim in verdict.refused


@pytest.mark.parametrize("example", EXAMPLES)
def test_a_token_whose_two_client_ids_differ_is_refused(
        example: str, verifiers: Verifiers, dev: ServedStage, genuine: Genuine) -> None:
    for clients in ({"client_id": "phone-app"}, {"client_id": "phone-app", "aud": "phone-app"},
                    {"client_id": "phone-app", "aud": ["phone-app", CLIENT_ID]}):
        token = genuine.with_claims(**clients)

        assert not verifiers.verdict(example, dev.issuer, CLIENT_ID, token).accepted


@pytest.mark.parametrize("example", EXAMPLES)
def test_a_service_can_have_several_clients(example: str, verifiers: Verifiers, dev: ServedStage
                                            ) -> None:
    for client_id, accepted in {CLIENT_ID: True, "phone-app": True, "tv-app": False}.items():
        token = dev.application(client_id).sign_in().pair.access_token

        verdict = verifiers.verdict(example, dev.issuer, f"{CLIENT_ID},phone-app", token)
        assert verdict.accepted is accepted


@pytest.mark.parametrize(("seconds_ahead", "accepted"), [(30, True), (90, False)])
@pytest.mark.parametrize("example", EXAMPLES)
def test_our_clock_may_be_a_minute_ahead(
        example: str, seconds_ahead: int, accepted: bool, verifiers: Verifiers, dev: ServedStage
        ) -> None:
    token = dev.application(seconds_ago=-seconds_ahead).sign_in().pair.access_token

    assert verifiers.verdict(example, dev.issuer, CLIENT_ID, token).accepted is accepted


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_token_of_an_ended_session_passes_until_it_expires(
        example: str, verifiers: Verifiers, dev: ServedStage) -> None:
    for seconds_left, accepted in {3600: True, 10: True, 0: False}.items():
        app = dev.application(seconds_ago=3600 - seconds_left)
        token = app.sign_in().pair.access_token
        assert app.sign_out(token).status == 200

        assert verifiers.verdict(example, dev.issuer, CLIENT_ID, token).accepted is accepted


def test_the_examples_ask_for_the_versions_that_are_tested() -> None:
    jose = [json.loads((folder / "package.json").read_text())["dependencies"]["jose"]
            for folder in (ROOT / "examples" / "node", FOLDER)]
    [pyjwt] = pins(str(ROOT / "examples" / "python" / "requirements.txt"))

    assert jose[0] == jose[1]
    assert pyjwt.lower() in pins(str(FOLDER / "requirements.txt"))


@pytest.mark.parametrize("language", ["node", "python"])
def test_the_commands_of_a_readme_show_what_a_token_says(
        language: str, dev: ServedStage, copies: Path, trusting: dict[str, str]) -> None:
    """Except for the first, which installs what the tests have already. A token that is refused,
    and keys that cannot be had, are a sentence each."""
    text = (ROOT / "examples" / language / "README.md").read_text(encoding="utf-8")
    [_, command] = re.findall("```sh\n(.*)\n((?:.*\n)*?)```", text)[0]
    pair = dev.application("local-app").sign_in().pair

    def show(token: str, issuer: str = dev.issuer) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            ["bash", "-euc", f"token() {{ echo $ACCESS_TOKEN; }}\n{command}"], cwd=copies.parent,
            env=trusting | {"BASE": issuer, "ACCESS_TOKEN": token,
                            "PATH": f"{PYTHON.parent}:{trusting['PATH']}"},
            capture_output=True, text=True, check=False)

    shown = show(pair.access_token)
    assert shown.returncode == 0, shown.stderr
    assert '"client_id": "local-app"' in shown.stdout
    for token, issuer, says in ((pair.refresh_token, dev.issuer, "Refused: "),
                                ("", "https://127.0.0.1:9", "The keys could not be fetched: ")):
        failed = show(token, issuer)
        assert failed.returncode == 1
        assert failed.stderr.startswith(says)
        assert failed.stderr.count("\n") == 1
