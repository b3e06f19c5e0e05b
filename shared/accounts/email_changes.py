"""Give an account another address, by the link that `email_change_requests` had mailed to it.

The link works only in a session of the same account: alone, it shows who reads the mail of an
address, not whose the account is. It asks for no fresh proof. There is no link without one, and its
reader may come to it hours later.

The version of the password becomes the next one. So all ends that was mailed to the former address
or proven with it, and whoever reads the mail of that cannot reset the password any more.

Sessions but the caller's are swept before the change and once more after it, as with a change of
the password (`password_changes`); a sign-in under way finds the former address gone and withdraws
its session. The caller's own session is renewed last. A request that is sent again recognises its
own change.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from shared.errors import EnrolmentRequired, InvalidLink, Unavailable
from shared.tokens.mail_tokens import Purpose

if TYPE_CHECKING:
    from shared.callers import Caller
    from shared.identities import Identity, IdentityStore
    from shared.mail.links import MailedLinks
    from shared.mail.notices import Notices
    from shared.sessions.state import Session
    from shared.sessions.step_up import StepUp
    from shared.sessions.token_pairs import IssuedTokens
    from shared.sessions.user_sessions import UserSessions
    from shared.sign_in.owners import Owners
    from shared.tokens.access_tokens import Access
    from shared.tokens.mail_tokens import MailClaims

# Looks at an identity of which something else changes at the same time, such as a second factor.
MAX_LOOKS = 3


class Changed(NamedTuple):
    """The caller's session, its newest pair, and what the log says of the notice."""

    session: Session
    issued: IssuedTokens
    told: Mapping[str, str]


class EmailChanges:
    """`now` returns epoch seconds."""

    def __init__(self, links: MailedLinks, owners: Owners, identities: IdentityStore,
                 user_sessions: UserSessions, step_up: StepUp, notices: Notices,
                 now: Callable[[], int]) -> None:
        self._links, self._owners, self._identities = links, owners, identities
        self._user_sessions, self._step_up = user_sessions, step_up
        self._notices, self._now = notices, now

    def confirm(self, access: Access, token: str, caller: Caller) -> Changed:
        """Change the address by the token of a link, end all sessions but the caller's, and renew
        that.

        Raises SessionEnded, Unauthorized, InvalidProof, EnrolmentRequired, MailNotConfigured,
        InvalidLink, UserExists if the address has an account by now, or Unavailable.
        """
        # A forged link costs no request of a store.
        link = self._links.claims(token, Purpose.CHANGE_EMAIL)
        session = self._step_up.session_of(access)
        if session.enrol_by is not None and self._now() >= session.enrol_by:
            raise EnrolmentRequired
        if link.user_id != session.user_id:
            raise InvalidLink
        told = self._change(link, session, caller)
        self._user_sessions.end_all(session.user_id, session.session_id)
        return Changed(*self._step_up.renew(access), told)

    def _change(self, link: MailClaims, session: Session, caller: Caller) -> Mapping[str, str]:
        """Change the address, unless this link has done so already. The former one is told at
        once, before anything else can fail: afterwards, nothing says which it was."""
        for _ in range(MAX_LOOKS):
            identity = self._owners.find(session.user_id)
            if _has_changed(identity, link):
                return {}
            if identity.password_version != link.password_version:
                raise InvalidLink
            self._user_sessions.end_all(session.user_id, session.session_id)
            if self._identities.rename(identity, link.email):
                return self._notices.tell_former(identity, caller)
        raise Unavailable(f"lost {MAX_LOOKS} conditional writes in a row")


def _has_changed(identity: Identity, link: MailClaims) -> bool:
    return (identity.name == link.email
            and identity.password_version == link.password_version + 1)
