"""Request units of codes of the account pages."""

from shared.clients import ACCOUNT_PAGES
from tests.dynamodb_local.handlers_alone import HandlersAlone
from tests.dynamodb_local.operations import Act, Desk, operation
from tests.support.account_owner import REDIRECT_URI, VERIFIER
from tests.support.application import CLIENT_ID, Pair
from tests.support.possession import Prover


def at_pages(desk: Desk) -> tuple[HandlersAlone, Pair]:
    """Somebody has signed in to the account pages."""
    desk.app.services.client_store.set_redirect_uris(CLIENT_ID, (REDIRECT_URI,))
    desk.app.sign_up()
    pages = HandlersAlone(desk.app.services, ACCOUNT_PAGES, Prover())
    return pages, pages.sign_in().pair


def code(desk: Desk) -> str:
    pages, pair = at_pages(desk)
    return str(pages.authorization_code(pair.access_token).body["code"])


@operation("POST /authorization-codes", 4, 1)
def ask(desk: Desk) -> Act:
    pages, pair = at_pages(desk)
    return lambda: pages.authorization_code(pair.access_token)


@operation("sign-in with a code of the account pages", 8, 3)
def sign_in(desk: Desk) -> Act:
    sent = code(desk)
    return lambda: desk.app.code_session(sent)


@operation("sign-in with a code that is unknown, or not for this application", 0, 1)
def sign_in_by_what_is_not_theirs(desk: Desk) -> Act:
    sent = code(desk)
    return lambda: desk.app.code_session(sent, VERIFIER[::-1])
