"""The owner of passkeys, and the routes about them."""

from typing import Any

from lambda_functions import (begin_passkey, begin_passkey_sign_in, begin_passkey_sign_up,
                              create_passkey, create_passkey_session, create_passkey_user,
                              create_user, delete_passkey, reauthenticate_by_passkey,
                              rename_passkey)
from tests.support.application import EMAIL, Answer
from tests.support.authenticator import Device
from tests.support.second_factors import FactorOwner


class PasskeyOwner(FactorOwner):
    """Whoever adds passkeys, uses them and removes them."""

    def begin_passkey(self, access_token: str) -> Answer:
        return self.with_token(begin_passkey.handler, "POST", "/factors/passkey/options",
                               access_token)

    def create_passkey(self, access_token: str, ticket: str, credential: object,
                       **body: str) -> Answer:
        return self.with_token(create_passkey.handler, "POST", "/factors/passkey", access_token,
                               {"ticket": ticket, "credential": credential, **body})

    def add_passkey(self, access_token: str, device: Device, **body: str) -> Answer:
        """Make a passkey on a device and add it."""
        options = self.begin_passkey(access_token)
        assert options.status == 200
        credential = device.make(options.body["public_key"])
        return self.create_passkey(access_token, options.body["ticket"], credential, **body)

    def rename_passkey(self, access_token: str, passkey_id: str, name: str) -> Answer:
        return self.with_token(rename_passkey.handler, "PUT", "/factors/passkey/{id}",
                               access_token, {"name": name}, pathParameters={"id": passkey_id})

    def delete_passkey(self, access_token: str, passkey_id: str) -> Answer:
        return self.with_token(delete_passkey.handler, "DELETE", "/factors/passkey/{id}",
                               access_token, pathParameters={"id": passkey_id})

    def begin_passkey_sign_in(self, access_token: str | None = None, **body: str) -> Answer:
        return self._send(begin_passkey_sign_in.handler, "POST", "/session/passkey/options", body,
                          access_token)

    def passkey_session(self, ticket: str, credential: object) -> Answer:
        return self._send(create_passkey_session.handler, "POST", "/session/passkey",
                          {"ticket": ticket, "credential": credential})

    def sign_in_by(self, device: Device, ticket: str = "", **answer: Any) -> Answer:
        """Sign in with a passkey of a device, or finish a sign-in whose second step has this
        ticket."""
        options = self.begin_passkey_sign_in(**({"ticket": ticket} if ticket else {}))
        assert options.status == 200
        return self.passkey_session(options.body["ticket"],
                                    device.answer(options.body["public_key"], **answer))

    def show_passkey(self, access_token: str, ticket: str, credential: object) -> Answer:
        return self._send(reauthenticate_by_passkey.handler, "PUT", "/session/passkey",
                          {"ticket": ticket, "credential": credential}, access_token)

    def show_again_by(self, device: Device, access_token: str, **answer: Any) -> Answer:
        """Show again who the user is, by a passkey of a device."""
        options = self.begin_passkey_sign_in(access_token)
        assert options.status == 200
        return self.show_passkey(access_token, options.body["ticket"],
                                 device.answer(options.body["public_key"], **answer))

    def ask_to_sign_up(self, email: str = EMAIL) -> Answer:
        """Sign up without a password, which asks for a mail."""
        return self._send(create_user.handler, "POST", "/user", {"email": email})

    def begin_passkey_sign_up(self, token: str) -> Answer:
        return self._send(begin_passkey_sign_up.handler, "POST", "/user/passkey/options",
                          {"token": token})

    def create_passkey_user(self, token: str, ticket: str, credential: object, **body: str
                            ) -> Answer:
        return self._send(create_passkey_user.handler, "POST", "/user/passkey",
                          {"token": token, "ticket": ticket, "credential": credential, **body})

    def sign_up_by(self, device: Device, token: str, **body: str) -> Answer:
        """Follow the link that was mailed, and make a passkey on a device."""
        options = self.begin_passkey_sign_up(token)
        assert options.status == 200
        credential = device.make(options.body["public_key"])
        return self.create_passkey_user(token, options.body["ticket"], credential, **body)
