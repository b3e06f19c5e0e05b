"""What api-reference.md shows is what the whole stack answers."""

import json
from collections.abc import Mapping

import jwt
import pytest

from scripts.local.stack import LocalStack
from scripts.operating.clients import ensure_clients
from scripts.operating.stage_services import StageServices
from scripts.run import CLIENT_ID
from shared.clients import ACCOUNT_PAGES
from shared.mail.errands import Errand, Occasion
from tests.docs.examples import examples
from tests.docs.pages import page, rows
from tests.stack.conversation import Conversation
from tests.stack.mailbox import Mailbox

REFERENCE = page("api-reference.md")
# Who asks for mail in the examples.
SOMEBODY = "lovelace@example.org"
# The other address of somebody who changes theirs.
OTHER = "ada.king@example.org"
# Who signs up by a link that is mailed to this address.
NEWCOMER = "augusta@example.org"
# Where the application of the examples may be led back to.
REDIRECT_URI = "http://localhost:3000/"


@pytest.fixture(scope="module")
def told(stack: LocalStack) -> tuple[list[str], Mapping[str, str]]:
    """The page, played from top to bottom: what differed, and all that the answers said."""
    services = StageServices("local", stack.outputs(), stack.emulator.client)
    ensure_clients(services, CLIENT_ID, ACCOUNT_PAGES)
    services.client_store.set_redirect_uris(CLIENT_ID, (REDIRECT_URI,))
    mailbox = Mailbox(stack.emulator, SOMEBODY, OTHER, NEWCOMER)

    def sign_up_token() -> str:
        """Have the mail sent for which a stage that requires verified addresses posts an
        errand."""
        errand = Errand(Occasion.SIGN_UP, NEWCOMER, "127.0.0.1", "").as_event()
        stack.emulator.client("lambda").invoke(
            FunctionName=stack.outputs()["MailFunctionName"], Payload=json.dumps(errand))
        return mailbox.next_token()

    conversation = Conversation(stack.base_url, mailbox.next_token, sign_up_token)
    differed = [f"line {example.request.line}, {example.request.first_line}: {difference}"
                for example in examples(REFERENCE) for difference in conversation.play(example)]
    return differed, conversation.known


def test_every_example_is_true(told: tuple[list[str], Mapping[str, str]]) -> None:
    differed, _ = told

    assert not differed, "\n".join(differed)


def test_access_tokens_are_what_the_page_tells_other_services(
        told: tuple[list[str], Mapping[str, str]], outputs: Mapping[str, str]) -> None:
    _, known = told
    token = known["phone.access_token"]
    key = jwt.PyJWK({name: known[f"keys.0.{name}"] for name in ("kty", "crv", "x", "y", "alg")})
    types = {"string": str, "number": int, "list": list}

    claims = jwt.decode(token, key, algorithms=["ES256"], audience=CLIENT_ID,
                        options={"require": ["iss", "exp", "iat"]})

    assert jwt.get_unverified_header(token) == {
        "alg": "ES256", "kid": known["keys.0.kid"], "typ": "at+jwt"}
    documented = {cells[0]: types[cells[1]] for cells in rows(REFERENCE) if cells[1] in types}
    assert documented == {name: type(value) for name, value in claims.items()} | {"roles": list}
    assert claims["iss"] == outputs["BaseUrl"]
    assert claims["jti"] == f"{claims['sid']}.{claims['gen']}"
