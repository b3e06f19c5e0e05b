"""The applications that may call the API of a stage: registered, shown, enabled, disabled."""

import argparse
import time

from scripts.checkout import Refused
from scripts.operating.redirect_uris import redirect_uris
from scripts.operating.stage import services_of
from scripts.operating.terminal import printable
from shared.clients import ACCOUNT_PAGES, CLIENT_ID, Client
from shared.wiring.services import Services

MAX_NAME_CHARACTERS = 100
# What POSSESSION can be: whether an application must open and use only sessions that are bound to a
# key (RFC 9449), or can.
REQUIRED, OPTIONAL = "required", "optional"


def ensure_clients(services: Services, *client_ids: str) -> None:
    """Register clients, each named after its id, unless they are there."""
    for client_id in client_ids:
        services.client_store.add(Client(client_id, client_id, True, services.now()))


def add_client(arguments: argparse.Namespace) -> None:
    if not CLIENT_ID.fullmatch(arguments.id):
        raise Refused("A client id is 1 to 64 letters, digits, dots, dashes and underscores, "
                      "and begins with a letter or digit.")
    name = arguments.name or arguments.id
    if not (name.isprintable() and len(name) <= MAX_NAME_CHARACTERS):
        raise Refused(f"A client's name is up to {MAX_NAME_CHARACTERS} printable characters.")
    uris = _redirect_uris(arguments) if arguments.redirect_uris is not None else ()
    services = services_of(arguments)
    must_prove = arguments.possession == REQUIRED
    if not services.client_store.add(
            Client(arguments.id, name, True, services.now(), must_prove, uris)):
        raise Refused(f"There is a client {arguments.id} on stage {arguments.stage} already.")
    print(f"Registered client {arguments.id} on stage {arguments.stage}"
          f"{'; it must prove possession' if must_prove else ''}.")


def list_clients(arguments: argparse.Namespace) -> None:
    for client in services_of(arguments).client_store.every():
        since = time.strftime("%Y-%m-%d", time.gmtime(client.created_at))
        state = "enabled" if client.enabled else "disabled"
        possession = "must prove" if client.must_prove else ""
        print(f"{printable(client.client_id):32} {state:9} {possession:10} {since} "
              f"{printable(client.name)}")
        for uri in client.redirect_uris:
            print(f"    back to {printable(uri)}")


def enable_client(arguments: argparse.Namespace) -> None:
    _set_enabled(arguments, True)


def disable_client(arguments: argparse.Namespace) -> None:
    """Takes effect within 300 s, which is how long the authorizers remember a client."""
    _set_enabled(arguments, False)


def set_possession(arguments: argparse.Namespace) -> None:
    """Takes effect within 300 s, which is how long the authorizers remember a client."""
    must_prove = arguments.possession == REQUIRED
    if not services_of(arguments).client_store.set_must_prove(arguments.id, must_prove):
        raise Refused(f"There is no client {arguments.id} on stage {arguments.stage}.")
    print(f"Within 300 s, client {arguments.id} on stage {arguments.stage} "
          f"{'must' if must_prove else 'need not'} prove possession.")


def set_redirect_uris(arguments: argparse.Namespace) -> None:
    """Takes effect at once: whoever makes a code asks the table."""
    uris = _redirect_uris(arguments)
    if not services_of(arguments).client_store.set_redirect_uris(arguments.id, uris):
        raise Refused(f"There is no client {arguments.id} on stage {arguments.stage}.")
    print(f"The account pages of stage {arguments.stage} lead back to client {arguments.id} at "
          f"{', '.join(uris) or 'no address'}.")


def _redirect_uris(arguments: argparse.Namespace) -> tuple[str, ...]:
    uris = redirect_uris(arguments.redirect_uris or "")
    if uris and arguments.id == ACCOUNT_PAGES:
        raise Refused(f"{ACCOUNT_PAGES} are the account pages themselves, which lead nobody back "
                      "to where they are.")
    return uris


def _set_enabled(arguments: argparse.Namespace, enabled: bool) -> None:
    if not services_of(arguments).client_store.set_enabled(arguments.id, enabled):
        raise Refused(f"There is no client {arguments.id} on stage {arguments.stage}.")
    print(f"Client {arguments.id} on stage {arguments.stage} is "
          f"{'enabled' if enabled else 'disabled; within 300 s it is refused'}.")
