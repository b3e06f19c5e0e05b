"""The key that signs tokens: rotated while nobody is signed out, or revoked."""

import argparse

from scripts.operating import rotation
from scripts.operating.stage import services_of

# Functions look for new keys every 300 s, and others keep the JWK set for 300 s.
WAIT_SECONDS = 600


def rotate_signing_key(arguments: argparse.Namespace) -> None:
    services = services_of(arguments)
    client, secret_id = services.secrets_manager, services.settings.signing_secret_id
    if arguments.revoke:
        rotation.revoke(client, secret_id)
        return
    check = rotation.only_if_older(
        services.settings.session_idle_seconds,
        "sessions that only the key before it verifies may still live, and would end")
    rotation.rotate(client, secret_id, rotation.wait_of(arguments, WAIT_SECONDS),
                    None if arguments.force else check)
