"""Remove all second factors of a person who has lost them, so that the password alone signs in.
Whoever has no password then sets one by a link that is mailed to them.

Sessions are swept before the factors go and once more after that, as for a block (`blocking`). A
sign-in with a factor that is under way has either stored its session before the second sweep, or
finds the identity changed and withdraws its session (`PasswordCheck.confirm`). Whoever confirms a
new factor at the same time finds that it is gone, or has it removed.
"""

from typing import NamedTuple

from scripts.operating.blocking import Blocking
from shared.errors import NotFound, Unavailable
from shared.identities import EMAIL_ADDRESS
from shared.stores.factors import DynamoFactorStore
from shared.stores.identities import DynamoIdentityStore
from shared.stores.users import DynamoUserStore

# A write loses only to a change of the password or of the address.
MAX_LOOKS = 5


class Reset(NamedTuple):
    """The person's address, whether a second factor was on, how many live sessions ended, and
    whether there is a password."""

    email: str
    was_on: bool
    ended: int
    has_password: bool


class FactorReset:
    def __init__(self, users: DynamoUserStore, identities: DynamoIdentityStore,
                 factors: DynamoFactorStore, blocking: Blocking) -> None:
        self._users, self._identities, self._factors = users, identities, factors
        self._end_sessions = blocking.end_sessions

    def reset(self, user_id: str) -> Reset:
        """Remove all factors, also one that is not confirmed yet. Raises NotFound if the account
        is gone, and Unavailable when a store cannot answer."""
        ended, was_on = self._end_sessions(user_id), False
        for _ in range(MAX_LOOKS):
            account = self._users.find(user_id)
            if account is None:
                raise NotFound
            identity = self._identities.find(EMAIL_ADDRESS, account.email)
            if identity is None or not self._factors.turn_off(
                    self._factors.find(user_id), identity):
                continue
            was_on = was_on or bool(identity.second_factor)
            ended += self._end_sessions(user_id)
            # Whoever was in a session until then may have added another one.
            present = self._identities.find(EMAIL_ADDRESS, account.email)
            if present is None or not present.second_factor:
                return Reset(account.email, was_on, ended, identity.password is not None)
        raise Unavailable(f"lost {MAX_LOOKS} conditional writes in a row")
