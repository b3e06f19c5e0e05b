"""Errands: mail that a route asks for, and that the function sendMail sends later.

A route posts an errand and answers at once. It does not look the address up, so that neither its
answer nor the time of it depends on whether the address has an account.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import ClassVar, Protocol

from shared.errors import InvalidRequest
from shared.mail.notices import NOTICES, NoticeErrand


class Occasion(Enum):
    """Why somebody is to get a mail."""

    RESET_PASSWORD = "reset_password"
    VERIFY_EMAIL = "verify_email"
    TAKEN = "taken"
    SIGN_UP = "sign_up"
    CHANGE_EMAIL = "change_email"


FIELDS = {"occasion", "email", "source", "device_token"}
OCCASIONS = {occasion.value: occasion for occasion in Occasion
             if occasion is not Occasion.CHANGE_EMAIL}
CHANGE_FIELDS = {"occasion": str, "email": str, "user_id": str, "password_version": int,
                 "source": str}


@dataclass(frozen=True, slots=True)
class Errand:
    """Send what the occasion calls for to `email`, a normalised address. `source` is who asked for
    it (`shared.sign_in.quotas.source_of`), and `device_token` what they presented as one, which may
    be anything."""

    occasion: Occasion
    email: str
    source: str
    device_token: str = ""

    def as_event(self) -> dict[str, str]:
        return {"occasion": self.occasion.value, "email": self.email, "source": self.source,
                "device_token": self.device_token}

    @classmethod
    def parse(cls, event: Mapping[str, object]) -> Errand:
        """Return the errand that `as_event` made this event of, or raise InvalidRequest."""
        texts = {name: text for name, text in event.items() if isinstance(text, str)}
        if not event.keys() == texts.keys() == FIELDS:
            raise InvalidRequest("the event is not an errand")
        if texts["occasion"] not in OCCASIONS:
            raise InvalidRequest("the event is of an occasion that is not known")
        return cls(OCCASIONS[texts["occasion"]], texts["email"], texts["source"],
                   texts["device_token"])


@dataclass(frozen=True, slots=True)
class ChangeErrand:
    """Send a link to `email`, a normalised address, that makes it the address of the user `user_id`
    while the password is of this version. `source` is who asked for it."""

    email: str
    user_id: str
    password_version: int
    source: str
    occasion: ClassVar = Occasion.CHANGE_EMAIL

    def as_event(self) -> dict[str, object]:
        return {"occasion": self.occasion.value, "email": self.email, "user_id": self.user_id,
                "password_version": self.password_version, "source": self.source}

    @classmethod
    def parse(cls, event: Mapping[str, object]) -> ChangeErrand:
        """Return the errand that `as_event` made this event of, or raise InvalidRequest."""
        if {name: type(value) for name, value in event.items()} != CHANGE_FIELDS:
            raise InvalidRequest("the event is not an errand of a change of the address")
        fields = {name: event[name] for name in CHANGE_FIELDS if name != "occasion"}
        return cls(**fields)  # type: ignore[arg-type]


AnyErrand = Errand | ChangeErrand | NoticeErrand


def parse(event: Mapping[str, object]) -> AnyErrand:
    """Return the errand that an event is of, or raise InvalidRequest."""
    if event.get("occasion") in list(NOTICES):
        return NoticeErrand.parse(event)
    is_change = event.get("occasion") == Occasion.CHANGE_EMAIL.value
    return ChangeErrand.parse(event) if is_change else Errand.parse(event)


class ErrandQueue(Protocol):
    def put(self, errand: AnyErrand) -> None:
        """Have the errand done later; raise Unavailable when it is not taken."""
