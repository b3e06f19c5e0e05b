"""Parts of the service with a flaw each: the model must find what is wrong with them."""

from shared.callers import Assurance
from shared.errors import Unauthorized
from shared.identities import Account
from shared.sessions.state import Lifetimes, Proven, Session, Written, proven_by
from shared.sessions.step_up import StepUp
from shared.sessions.user_sessions import UserSessions
from shared.tokens.access_tokens import Access
from tests.model.people import Accounts
from tests.model.script import Script, ScriptedSessions, number
from tests.model.state import NEVER, Item
from tests.model.store import Call


class TrimsByAgeAlone(UserSessions):
    """A sign-in ends the oldest sessions beyond the limit, its own among them."""

    def trim(self, user_id: str, keep_session_id: str, source_session_id: str = "") -> None:
        super().trim(user_id, keep_session_id="")


class ProvesAnyway(ScriptedSessions):
    """A proof is written whatever has become of the item meanwhile, if it is there."""

    def prove(self, seen: Session, proven: Proven, now: int, lifetimes: Lifetimes,
              acknowledge: bool, proof_id: str = "") -> Written:
        return self._next(Call("overwrite", seen.generation, seen.refreshed_at, now, acknowledge,
                               proof=number(proof_id), shown=Assurance(now, *proven)))


class ProvesWhatIsGone(ScriptedSessions):
    """A proof is written if the item is as it was seen, or if there is none any more."""

    def prove(self, seen: Session, proven: Proven, now: int, lifetimes: Lifetimes,
              acknowledge: bool, proof_id: str = "") -> Written:
        proved = Item(seen.generation, now, now if acknowledge else NEVER,
                      shown=Assurance(now, *proven))
        return self._next(Call("revive", seen.generation, seen.refreshed_at, new=proved))


class KeepsOldFactors(StepUp):
    """What was shown once counts for ever."""

    def _prove(self, session: Session, methods: tuple[str, ...], access: Access | None = None
               ) -> Written:
        return self._store.prove(session, proven_by(*session.proven.amr, *methods), self._now(),
                                 self._lifetimes, access is not None)


class RaisesByPassword(StepUp):
    """The password once more counts as a second factor."""

    def _prove(self, session: Session, methods: tuple[str, ...], access: Access | None = None
               ) -> Written:
        return self._store.prove(session, Proven(proven_by("pwd", *methods).amr, "aal2"),
                                 self._now(), self._lifetimes, access is not None)


class TakesSpentTokens(StepUp):
    """Whoever shows who they are may do so with any token."""

    def _usable(self, access: Access, session: Session | None) -> Session:
        try:
            return super()._usable(access, session)
        except Unauthorized:
            assert session, "a spent token is of a live session"
            return session


class LooksOnce(Accounts):
    """A sign-in looks at the account before it stores the session, and not again after it."""

    def __init__(self, script: Script) -> None:
        super().__init__(script)
        self._seen: Account | None = None

    def find(self, user_id: str) -> Account | None:
        self._seen = self._seen or super().find(user_id)
        return self._seen
