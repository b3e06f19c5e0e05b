"""The people of the model, as the service asks for them: there is one, who knows the password and
has an app; a thief knows neither."""

from collections.abc import Callable
from dataclasses import replace

from shared.errors import BadCredentials
from shared.identities import EMAIL_ADDRESS, Account, Identity
from shared.sign_in.owners import Owners
from shared.sign_in.reauthentication import Freshness
from shared.sign_in.second_factor import SecondFactor, Spent
from shared.sign_in.user_proofs import UserProofs
from shared.tokens.device_tokens import Device, DeviceTokens
from tests.model.script import Script
from tests.model.state import USER_ID
from tests.model.store import Call

OWNER = Identity(EMAIL_ADDRESS, "ada@example.org", USER_ID, None, 0)


class NoDevices(DeviceTokens):
    """Whether a device is known decides about no session."""

    def __init__(self) -> None:
        pass

    def mint(self, device: Device) -> str:
        return device.device_id


class Accounts:
    """A UserStore with one account, which operators may have blocked."""

    def __init__(self, script: Script) -> None:
        self._next = script.next

    def find(self, user_id: str) -> Account | None:
        return Account(user_id, OWNER.name, 0, blocked_at=int(self._next(Call("look")).applied))

    def enrol_by(self, user_id: str, instant: int) -> int:
        return instant


class OwnersAsNeeded(Owners):
    """The account has a second factor or none, as the request that asks needs it: that may change
    at any moment."""

    def __init__(self, has_second_factor: bool, owner: Identity = OWNER) -> None:
        self._owner = replace(owner, second_factor="an app" if has_second_factor else "")

    def find(self, user_id: str) -> Identity:
        return self._owner


class Passwords(UserProofs):
    """The password is right, or else a guess."""

    def __init__(self, is_right: bool) -> None:
        self._is_right = is_right

    def prove(self, by: str, user_id: str, email: str, password: str,
              require: Callable[[Identity], None] | None = None) -> Identity:
        if not self._is_right:
            raise BadCredentials
        return OWNER


class GoodCodes(SecondFactor):
    """Every code is good: whose it is and whether it was used is no matter of a session."""

    def __init__(self) -> None:
        pass

    def spend_in_session(self, user_id: str, code: str) -> Spent:
        return Spent("otp")


class NoFreshness(Freshness):
    """Nobody is asked to show something else."""

    def __init__(self) -> None:
        pass
