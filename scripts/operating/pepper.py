"""Rotating the pepper while no password hash and no second factor is lost.

A hash is made anew with the current pepper when its owner signs in. Until then it needs the pepper
that it was made with, which only the current and the previous version of the secret give. Second
factors are sealed anew before each rotation.
"""

import argparse
from datetime import datetime

from scripts.checkout import Refused
from scripts.operating import rotation
from scripts.operating.resealing import reseal_factors
from scripts.operating.rotation import Check, Versions
from scripts.operating.stage import services_of
from shared.keys.key_ring import MAX_AGE_SECONDS, PREVIOUS, RELOAD_SECONDS
from shared.keys.peppers import derive
from shared.stores.secret_versions import SecretVersions
from shared.wiring.services import Services

# A function that meets a hash with a pepper that it does not know looks for new ones, but at most
# every RELOAD_SECONDS.
WAIT_SECONDS = 2 * RELOAD_SECONDS


def rotate_pepper(arguments: argparse.Namespace) -> None:
    services = services_of(arguments)
    reseal_factors(services, is_forced=arguments.force)
    rotation.rotate(services.secrets_manager, services.settings.pepper_secret_id,
                    rotation.wait_of(arguments, WAIT_SECONDS),
                    None if arguments.force else _only_if_unused(services))


def _only_if_unused(services: Services) -> Check:
    """Return a check that refuses while a hash needs the pepper that would be lost."""
    no_late_hash = rotation.only_if_older(
        MAX_AGE_SECONDS,
        "a function may still hash passwords with the pepper before it, which would be lost")

    def check(versions: Versions, now: datetime) -> None:
        secret = SecretVersions(services.secrets_manager, services.settings.pepper_secret_id)
        previous = secret.fetch(PREVIOUS)
        if previous is None:
            return
        if count := _hashes_with(derive(previous).key_id, services):
            raise Refused(
                f"Password hashes that need the pepper before the current one: {count}. A rotation "
                "would lose it, and their owners could no longer sign in. A hash changes to the "
                "current pepper when its owner signs in: wait for that, or use FORCE=yes.")
        no_late_hash(versions, now)

    return check


def _hashes_with(pepper_id: str, services: Services) -> int:
    return sum(identity.password is not None and identity.password.pepper_id == pepper_id
               for identity in services.identity_store.every())
