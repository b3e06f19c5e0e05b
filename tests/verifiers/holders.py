"""Who holds the key of a bound token, and makes proofs with it: as RFC 9449 says, and otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.wiring.services import wall_clock
from tests.attacks.forge import changed
from tests.support.possession import Prover
from tests.verifiers.sent import ADDRESS, Sent


@dataclass(frozen=True, slots=True)
class Holder:
    """The key, and the access token that is bound to it. An argument of ABSENT leaves out a member
    or a claim of a proof."""

    prover: Prover
    token: str

    def header(self, changes: Mapping[str, object]) -> dict[str, Any]:
        return changed(self.prover.header(), changes)

    def claims(self, changes: Mapping[str, object]) -> dict[str, Any]:
        """Return the claims of a new proof for a GET of /me."""
        return changed(self.prover.claims("GET", f"{ADDRESS}/me", wall_clock(), self.token),
                       changes)

    def proof(self, header: Mapping[str, object] | None = None, **claims: object) -> str:
        return self.prover.signed(self.header(header or {}), self.claims(claims))

    def sends(self, *proofs: str, scheme: str = "DPoP", method: str = "GET", path: str = "/me"
              ) -> Sent:
        """Return a request with the token and these proofs."""
        return Sent((("Authorization", f"{scheme} {self.token}"),
                     *(("DPoP", proof) for proof in proofs)), method, path)
