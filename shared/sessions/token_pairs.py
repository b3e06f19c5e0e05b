"""The pair of tokens of a session: a function of its item, and of nothing else."""

from dataclasses import asdict, dataclass, replace

from shared.sessions.state import Lifetimes, Session
from shared.tokens.session_tokens import Claims, Tokens, TokenType


@dataclass(frozen=True, slots=True)
class IssuedTokens:
    """The pair, as the client gets it; lifetimes are whole seconds from now. `token_type`
    says whether it is of a bearer (RFC 6750) or bound to a key (RFC 9449)."""

    access_token: str
    refresh_token: str
    access_token_expires_in: int
    refresh_token_expires_in: int
    token_type: str

    def as_response(self) -> dict[str, object]:
        return asdict(self)


def issue(session: Session, tokens: Tokens, lifetimes: Lifetimes, now: int) -> IssuedTokens:
    """Return the newest pair of `session`; its claims are the same whenever it is minted."""
    access, refresh = _claims(session, lifetimes)
    return IssuedTokens(tokens.mint(access, TokenType.ACCESS),
                        tokens.mint(refresh, TokenType.REFRESH),
                        access.expires_at - now, refresh.expires_at - now,
                        "DPoP" if session.jkt else "Bearer")


def _claims(session: Session, lifetimes: Lifetimes) -> tuple[Claims, Claims]:
    """Return the claims of the access token and of the refresh token."""
    def of(expires_at: int) -> Claims:
        return Claims(session.user_id, session.client_id, session.session_id, session.generation,
                      session.refreshed_at, expires_at)

    access = replace(of(lifetimes.access_expires_at(session)), auth_time=session.auth_time,
                     amr=session.proven.amr, acr=session.proven.acr, roles=session.roles,
                     jkt=session.jkt)
    return access, replace(of(lifetimes.refresh_expires_at(session)), ends_at=session.ends_at)
