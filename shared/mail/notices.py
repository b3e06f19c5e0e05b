"""Notices: mail that tells a person what has just been changed about their account.

They go to the address of the account without anybody asking for them, so no limit on requests
holds one back. They have no links: a mail that alarms is what phishing imitates.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from shared.errors import InvalidRequest

if TYPE_CHECKING:
    from shared.callers import Caller
    from shared.identities import Identity, UserStore
    from shared.mail.errands import ErrandQueue


class Notice(Enum):
    """What has happened."""

    PASSWORD_CHANGED = "password_changed"
    EMAIL_VERIFIED = "email_verified"
    FACTOR_ADDED = "factor_added"
    FACTOR_REMOVED = "factor_removed"
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"
    RECOVERY_CODES_REPLACED = "recovery_codes_replaced"
    RECOVERY_CODE_USED = "recovery_code_used"
    CODES_GUESSED = "codes_guessed"
    SESSIONS_ENDED = "sessions_ended"
    EMAIL_CHANGE_REQUESTED = "email_change_requested"
    EMAIL_CHANGED = "email_changed"


NOTICES = {notice.value: notice for notice in Notice}
FIELDS = {"occasion": str, "email": str, "happened_at": int, "address": str, "device": str,
          "left": int, "verified": bool}


@dataclass(frozen=True, slots=True)
class NoticeErrand:
    """Tell `email`, the normalised address of the account, what happened at `happened_at` (epoch
    seconds), from which IP address and with which device (the User-Agent, which may be any text).
    `left` is how many recovery codes are left, where that is told, and `verified` whether an
    address that the account has given up was verified."""

    occasion: Notice
    email: str
    happened_at: int
    address: str
    device: str
    left: int = 0
    verified: bool = False

    def as_event(self) -> dict[str, object]:
        return {"occasion": self.occasion.value, "email": self.email,
                "happened_at": self.happened_at, "address": self.address, "device": self.device,
                "left": self.left, "verified": self.verified}

    @classmethod
    def parse(cls, event: Mapping[str, object]) -> NoticeErrand:
        """Return the errand that `as_event` made this event of, or raise InvalidRequest."""
        if {name: type(value) for name, value in event.items()} != FIELDS:
            raise InvalidRequest("the event is not an errand of a notice")
        if event["occasion"] not in NOTICES:
            raise InvalidRequest("the event is of a notice that is not known")
        fields = {name: event[name] for name in FIELDS if name != "occasion"}
        return cls(NOTICES[str(event["occasion"])], **fields)  # type: ignore[arg-type]


class Notices:
    """Has notices mailed. `queue` is None on a stage that sends no mail, where every method does
    nothing; `now` returns epoch seconds.

    Every method returns what the log line of the request says about the notice: nothing, or that
    it was lost. None raises, because what is told has been done already.
    """

    def __init__(self, queue: ErrandQueue | None, users: UserStore, now: Callable[[], int]
                 ) -> None:
        self._queue, self._users, self._now = queue, users, now

    def tell(self, notice: Notice, email: str, caller: Caller, left: int = 0) -> dict[str, str]:
        """Tell `email`, which is the address of the account. It must come from our tables, never
        from a request."""
        return self._post(notice, lambda: email, caller, left)

    def tell_spent(self, email: str, codes_left: int | None, caller: Caller) -> dict[str, str]:
        """Tell how many recovery codes are left, if it was one of them that was spent."""
        if codes_left is None:
            return {}
        return self.tell(Notice.RECOVERY_CODE_USED, email, caller, left=codes_left)

    def tell_former(self, seen: Identity, caller: Caller) -> dict[str, str]:
        """Tell the address of an identity, which was read before, that the account has left it."""
        return self._post(Notice.EMAIL_CHANGED, lambda: seen.name, caller, verified=seen.verified)

    def tell_user(self, notice: Notice, user_id: str, caller: Caller) -> dict[str, str]:
        """Tell the user, whose address is looked up."""
        def address() -> str:
            account = self._users.find(user_id)
            return account.email if account else ""

        return self._post(notice, address, caller)

    def tell_verified(self, seen: Identity, caller: Caller) -> dict[str, str]:
        """Tell that an address is verified, unless `seen`, which was read before, was already."""
        if seen.verified:
            return {}
        return self.tell(Notice.EMAIL_VERIFIED, seen.name, caller)

    def _post(self, notice: Notice, address: Callable[[], str], caller: Caller, left: int = 0,
              verified: bool = False) -> dict[str, str]:
        """Post the errand, unless there is no address any more."""
        if self._queue is None:
            return {}
        try:
            if email := address():
                self._queue.put(NoticeErrand(notice, email, self._now(), caller.address,
                                             caller.device, left, verified))
        except Exception:  # whatever it is, the change must not be answered as a failure
            return {"notice": "lost"}
        return {}
