"""The owner of a second factor: an app that makes codes, recovery codes, and the routes about them.

The codes are computed here anew (RFC 6238), so that the service is not asked what is right.
"""

import hmac
import struct
from base64 import b32decode
from dataclasses import dataclass

from lambda_functions import (confirm_totp, create_recovery_codes, create_session, create_totp,
                              delete_totp, list_factors, reauthenticate)
from tests.support.application import EMAIL, PASSWORD, Answer, Application

# A code is good for its own step of time, for the one before it, and for the one after.
STEP_SECONDS = 30


@dataclass(frozen=True)
class CodeApp:
    """An app on a phone; `secret` is base32, as it is typed there."""

    secret: str

    def code(self, now: int) -> str:
        """Return the code that it shows at `now` (epoch seconds)."""
        counter = struct.pack(">Q", now // STEP_SECONDS)
        digest = hmac.digest(b32decode(self.secret), counter, "sha1")
        [number] = struct.unpack_from(">I", digest, digest[-1] % 16)
        return str(number % 2 ** 31 % 10 ** 6).zfill(6)

    def wrong_code(self, now: int) -> str:
        """Return a code that is good neither at `now` nor a step before or after it."""
        good = {self.code(now + skew) for skew in (-STEP_SECONDS, 0, STEP_SECONDS)}
        return next(code for code in map("{:06}".format, range(4)) if code not in good)


@dataclass(frozen=True)
class Enrolled:
    """What the owner of a second factor has: the app, and the codes on paper."""

    app: CodeApp
    recovery_codes: tuple[str, ...]


class FactorOwner(Application):
    """Whoever adds a second factor, shows it and removes it."""

    def list_factors(self, access_token: str) -> Answer:
        return self.with_token(list_factors.handler, "GET", "/factors", access_token)

    def create_totp(self, access_token: str) -> Answer:
        return self.with_token(create_totp.handler, "POST", "/factors/totp", access_token)

    def confirm_totp(self, access_token: str, code: str) -> Answer:
        return self.with_token(confirm_totp.handler, "PUT", "/factors/totp", access_token,
                               {"code": code})

    def create_recovery_codes(self, access_token: str) -> Answer:
        return self.with_token(create_recovery_codes.handler, "POST", "/factors/recovery-codes",
                               access_token)

    def delete_totp(self, access_token: str) -> Answer:
        return self.with_token(delete_totp.handler, "DELETE", "/factors/totp", access_token)

    def reauthenticate(self, access_token: str, **proof: str) -> Answer:
        """Show again who the user is, by a `password` or a `code`."""
        return self._send(reauthenticate.handler, "PUT", "/session/authentication", proof,
                          access_token)

    def second_step(self, ticket: str, code: str) -> Answer:
        return self._send(create_session.handler, "POST", "/session", {
            "account_type": "second_factor", "ticket": ticket, "code": code})

    def ticket(self, email: str = EMAIL, password: str = PASSWORD, device_token: str = "") -> str:
        """Return what a right password is answered with."""
        answer = self.sign_in(email, password, device_token)
        assert answer.outcome == (401, "second_factor_required")
        return str(answer.body["ticket"])

    def sign_in_with(self, code: str, email: str = EMAIL) -> Answer:
        """Sign in in two steps."""
        return self.second_step(self.ticket(email), code)

    def begin_enrolment(self, access_token: str) -> CodeApp:
        """Give an app its secret, which is still to be confirmed."""
        answer = self.create_totp(access_token)
        assert answer.status == 201
        return CodeApp(answer.body["secret"])

    def enrol(self, access_token: str) -> Enrolled:
        """Turn an app on. The code of this step of time is spent by that; the next one is good
        already."""
        app = self.begin_enrolment(access_token)
        answer = self.confirm_totp(access_token, app.code(self.services.now()))
        assert answer.status == 200
        return Enrolled(app, tuple(answer.body["recovery_codes"]))

    def next_code(self, app: CodeApp) -> str:
        """Return the code of the step of time after this one."""
        return app.code(self.services.now() + STEP_SECONDS)
