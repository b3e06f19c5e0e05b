"""The owner of an account, through an application: what comes after sign-up and sign-in."""

from lambda_functions import (change_email, change_password, confirm_email,
                              create_authorization_code, create_code_session,
                              delete_session_by_id, delete_sessions, delete_user, export_user,
                              list_sessions, request_email_verification,
                              request_password_reset, reset_password,
                              verify_email)
from tests.support.application import CLIENT_ID, EMAIL, PASSWORD, Answer
from tests.support.passkeys import PasskeyOwner

NEW_EMAIL = "ada@byron.example.org"
NEW_PASSWORD = "the difference engine weighs four tons"
REDIRECT_URI = "https://app.example.org/callback"
# RFC 7636, appendix B.
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


class Owner(PasskeyOwner):
    """Whoever has signed up, on the devices on which they have signed in."""

    def list_sessions(self, access_token: str) -> Answer:
        return self.with_token(list_sessions.handler, "GET", "/sessions", access_token)

    def end_sessions(self, access_token: str, **query: str) -> Answer:
        return self.with_token(delete_sessions.handler, "DELETE", "/sessions", access_token,
                               queryStringParameters=query or None)

    def end_session(self, access_token: str, session_id: str) -> Answer:
        return self.with_token(delete_session_by_id.handler, "DELETE", "/sessions/{id}",
                               access_token, pathParameters={"id": session_id})

    def change_password(self, access_token: str, current: str = PASSWORD,
                        new: str = NEW_PASSWORD) -> Answer:
        return self.with_token(change_password.handler, "PUT", "/user/password", access_token,
                               {"current_password": current, "new_password": new})

    def leave(self, access_token: str, password: str = PASSWORD) -> Answer:
        return self.with_token(delete_user.handler, "DELETE", "/user", access_token,
                               {"password": password})

    def export(self, access_token: str) -> Answer:
        return self.with_token(export_user.handler, "GET", "/user/export", access_token)

    def forget_password(self, email: str = EMAIL, **body: str) -> Answer:
        return self._send(request_password_reset.handler, "POST", "/user/password-reset",
                          {"email": email} | body)

    def reset_password(self, token: str, new: str = NEW_PASSWORD) -> Answer:
        return self._send(reset_password.handler, "PUT", "/user/password-reset",
                          {"token": token, "new_password": new})

    def ask_verification(self, email: str = EMAIL) -> Answer:
        return self._send(request_email_verification.handler, "POST",
                          "/user/email-verification", {"email": email})

    def verify(self, token: str, password: str = PASSWORD) -> Answer:
        """Follow a link with a password, which also signs in."""
        return self._send(verify_email.handler, "PUT", "/user/email-verification",
                          {"token": token, "password": password})

    def verify_signed_in(self, token: str, access_token: str | None) -> Answer:
        """Follow a link with an access token, or with nothing."""
        return self._send(verify_email.handler, "PUT", "/user/email-verification",
                          {"token": token}, access_token)

    def change_email(self, access_token: str, email: str = NEW_EMAIL) -> Answer:
        """Ask for a link that gives the account another address."""
        return self.with_token(change_email.handler, "PUT", "/user/email", access_token,
                               {"email": email})

    def confirm_email(self, token: str, access_token: str | None) -> Answer:
        """Follow that link with an access token, or with nothing."""
        return self._send(confirm_email.handler, "PUT", "/user/email/confirmation",
                          {"token": token}, access_token)

    def authorization_code(self, access_token: str, client_id: str = CLIENT_ID,
                           redirect_uri: str = REDIRECT_URI, challenge: str = CHALLENGE
                           ) -> Answer:
        """Ask for a code for an application, as the account pages do."""
        return self.with_token(create_authorization_code.handler, "POST", "/authorization-codes",
                               access_token, {
                                   "client_id": client_id, "redirect_uri": redirect_uri,
                                   "code_challenge": challenge, "code_challenge_method": "S256"})

    def code_session(self, code: str, verifier: str = VERIFIER, redirect_uri: str = REDIRECT_URI
                     ) -> Answer:
        """Sign in with a code of the account pages."""
        return self._send(create_code_session.handler, "POST", "/session/authorization-code",
                          {"code": code, "code_verifier": verifier, "redirect_uri": redirect_uri})

    def is_let_in(self, access_token: str) -> bool:
        """Whether the authorizer passes the token."""
        try:
            self.authorize(access_token)
        except Exception as error:
            assert str(error) == "Unauthorized"
            return False
        return True
