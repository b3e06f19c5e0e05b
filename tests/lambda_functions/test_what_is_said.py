"""The words of each success that has a message, and the field that a weak password is in."""

from collections.abc import Callable

import pytest

from tests.lambda_functions.conftest import session_id
from tests.support.account_owner import Owner
from tests.support.application import Answer, Pair
from tests.support.authenticator import Device
from tests.support.mail import Outbox

Act = Callable[[Owner, Outbox, Pair], Answer]


def reset(owner: Owner, outbox: Outbox, new: str = "the difference engine weighs four tons"
          ) -> Answer:
    owner.forget_password()
    return owner.reset_password(outbox.last_token, new)


def verify(owner: Owner, outbox: Outbox, pair: Pair) -> Answer:
    owner.ask_verification()
    return owner.verify_signed_in(outbox.last_token, pair.access_token)


def remove_a_passkey(owner: Owner, _outbox: Outbox, pair: Pair) -> Answer:
    added = owner.add_passkey(pair.access_token, Device()).body["id"]
    return owner.delete_passkey(pair.access_token, added)


SAID: dict[str, tuple[Act, int, dict[str, object]]] = {
    "sign out": (lambda owner, _, pair: owner.sign_out(pair.access_token),
                 200, {"message": "session ended"}),
    "end one session": (
        lambda owner, _, pair: owner.end_session(pair.access_token, session_id(owner, pair)),
        200, {"message": "session ended"}),
    "end the others": (lambda owner, _, pair: owner.end_sessions(pair.access_token),
                       200, {"message": "sessions ended", "ended": 0}),
    "forget the password": (lambda owner, _outbox, _pair: owner.forget_password(), 202,
                            {"message": "if the address has an account, a mail is on its way"}),
    "ask for verification": (
        lambda owner, _outbox, _pair: owner.ask_verification(), 202,
        {"message": "if the address has an account and is not verified yet,"
                    " a mail is on its way"}),
    "verify": (lambda owner, outbox, pair: verify(owner, outbox, pair),
               200, {"message": "address verified"}),
    "remove a passkey": (remove_a_passkey, 200, {"message": "passkey removed"}),
    "leave": (lambda owner, _, pair: owner.leave(pair.access_token),
              200, {"message": "account deleted"}),
}


@pytest.mark.parametrize("name", SAID)
def test_a_success_says_so(name: str, owner: Owner, outbox: Outbox, phone: Pair) -> None:
    act, status, body = SAID[name]

    answer = act(owner, outbox, phone)

    assert (answer.status, answer.body) == (status, body)


def test_a_sign_up_that_reveals_nothing_says_where_to_look(strict: Owner) -> None:
    answer = strict.sign_up()

    assert (answer.status, answer.body) == (202, {"message": "check your mail to continue"})


WEAK: dict[str, tuple[Act, str]] = {
    "sign up": (lambda owner, _outbox, _pair: owner.sign_up("charles@example.org", "short"),
                "password"),
    "change": (lambda owner, _, pair: owner.change_password(pair.access_token, new="short"),
               "new_password"),
    "reset": (lambda owner, outbox, _: reset(owner, outbox, "short"), "new_password"),
}


@pytest.mark.parametrize("name", WEAK)
def test_a_weak_password_is_named_by_its_field(name: str, owner: Owner, outbox: Outbox,
                                               phone: Pair) -> None:
    act, field = WEAK[name]

    answer = act(owner, outbox, phone)

    assert answer.outcome == (400, "weak_password")
    assert {fault["field"] for fault in answer.body["fields"]} == {field}
