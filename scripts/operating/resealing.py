"""Seal the secrets of second factors anew, under the current pepper.

Unlike a password, a secret can be sealed anew without its owner. So a rotation of the pepper, which
loses the pepper before the current one, loses no second factor.
"""

from scripts.checkout import Refused
from shared.errors import Misconfigured
from shared.factors.factors import about
from shared.wiring.services import Services


def reseal_factors(services: Services, is_forced: bool) -> None:
    """Seal anew what another pepper than the current one has sealed. Raises Refused, unless
    `is_forced`, if that cannot be opened; it is left as it is."""
    newest = services.peppers.newest().key_id
    resealed = lost = 0
    for user_id, factor_id, sealed in services.factor_store.every():
        if sealed.pepper_id == newest:
            continue
        try:
            secret = services.sealer.open(sealed, about(user_id, factor_id))
        except Misconfigured:
            lost += 1
            continue
        new = services.sealer.seal(secret, about(user_id, factor_id))
        resealed += services.factor_store.reseal(user_id, factor_id, sealed, new)
    if resealed:
        print(f"Second factors that are sealed with the current pepper now: {resealed}.",
              flush=True)
    if lost and not is_forced:
        raise Refused(f"Second factors that no pepper opens: {lost}. Their owners can sign in again"
                      " after `make person ACTION=reset-factors`. FORCE=yes rotates the pepper all "
                      "the same.")
