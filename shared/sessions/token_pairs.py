"""The pair of tokens of a session: a function of its item, and of nothing else."""

from dataclasses import asdict, dataclass

from shared.sessions.state import Lifetimes, Session
from shared.tokens.session_tokens import Claims, Tokens, TokenType


@dataclass(frozen=True, slots=True)
class IssuedTokens:
    """The pair, as the client gets it; lifetimes are whole seconds from now."""

    access_token: str
    refresh_token: str
    access_token_expires_in: int
    refresh_token_expires_in: int
    token_type: str = "Bearer"

    def as_response(self) -> dict[str, object]:
        return asdict(self)


def issue(session: Session, tokens: Tokens, lifetimes: Lifetimes, now: int) -> IssuedTokens:
    """Return the newest pair of `session`; its claims are the same whenever it is minted."""
    def mint(token_type: TokenType, expires_at: int, ends_at: int = 0) -> str:
        return tokens.mint(
            Claims(session.user_id, session.client_id, session.session_id, session.generation,
                   session.refreshed_at, expires_at, ends_at), token_type)

    access_expires_at = lifetimes.access_expires_at(session)
    refresh_expires_at = lifetimes.refresh_expires_at(session)
    return IssuedTokens(mint(TokenType.ACCESS, access_expires_at),
                        mint(TokenType.REFRESH, refresh_expires_at, session.ends_at),
                        access_expires_at - now, refresh_expires_at - now)
