"""Whether a handler answered what the model answers."""

from shared.callers import Assurance
from shared.sessions.state import Lifetimes
from shared.tokens.session_tokens import Claims, Tokens, TokenType
from tests.model.messages import Step
from tests.model.state import Message, expiries
from tests.model.visits import Visit
from tests.support.application import CLIENT_ID, Pair


_NAMES = {"guessed": "bad_credentials", "blocked": "account_blocked", "ended": "session_ended"}


class Agreement:
    """`signed_in_at` is when the model's time begins, in epoch seconds."""

    def __init__(self, tokens: Tokens, lifetimes: Lifetimes, signed_in_at: int) -> None:
        self._tokens, self._lifetimes, self._signed_in_at = tokens, lifetimes, signed_in_at

    def check(self, visit: Visit, step: Step, message: Message) -> None:
        """Raise AssertionError unless `visit` ended as `message` does in `step`."""
        assert not visit.waits_for, "the handler has not answered"
        if step.outcome == "pair":
            self._check_pair(visit.answer.pair, step)
        elif step.outcome == "passed":
            assert visit.answer["context"]["access_expires_at"] == (
                self._signed_in_at + expiries(message.pair, self._lifetimes)[0])
        elif step.outcome == "unproven":
            self._check_unproven(visit, message)
        elif step.outcome == "unauthorized" and message.kind not in ("call", "enrol"):
            assert visit.answer.outcome == (401, "unauthorized")
        elif step.outcome == "unauthorized":
            assert str(visit.error) == "Unauthorized"
        elif step.outcome in ("signed_out", "enrolled"):
            assert visit.error is None
            assert visit.answer is None or visit.answer.status == 200
        else:
            assert visit.answer.outcome == (401, _NAMES[step.outcome])

    def claims(self, pair: Pair, token_type: TokenType = TokenType.ACCESS) -> Claims:
        text = pair.access_token if token_type is TokenType.ACCESS else pair.refresh_token
        return self._tokens.verify(text, token_type, CLIENT_ID, even_if_expired=True)

    def _check_unproven(self, visit: Visit, message: Message) -> None:
        if message.kind != "call":
            assert visit.answer.outcome == (401, "invalid_dpop_proof")
            return
        [statement] = visit.answer["policyDocument"]["Statement"]
        assert statement["Effect"] == "Deny"

    def _check_pair(self, answered: Pair, step: Step) -> None:
        granted = step.granted
        assert granted, "the model answers with a pair"
        for token_type, expires_at in zip((TokenType.ACCESS, TokenType.REFRESH),
                                          expiries(granted, self._lifetimes)):
            claims = self.claims(answered, token_type)
            assert claims.generation == granted.generation
            assert claims.issued_at == self._signed_in_at + granted.refreshed_at
            assert claims.expires_at == self._signed_in_at + expires_at
        told = self.claims(answered)
        shown = Assurance(told.auth_time - self._signed_in_at, told.amr, told.acr)
        assert not step.state.item or shown == step.state.item.shown
