"""GET /user"""

import pytest

from tests.support.account_owner import NEW_EMAIL, Owner
from tests.support.application import EMAIL, Application, Pair
from tests.support.cloud import Cloud
from tests.support.heavy import SDK
from tests.support.mail import Courier, Outbox
from tests.support.wire import Wire

LOADS = SDK


def test_the_caller_sees_the_own_account(app: Application, cloud: Cloud, pair: Pair) -> None:
    answer = app.account(pair.access_token)

    assert answer.status == 200
    assert answer.body == {"id": cloud.item("users")["UserId"], "email": EMAIL,
                           "email_verified": False, "roles": []}


def test_the_caller_sees_the_own_roles(app: Application, cloud: Cloud, pair: Pair) -> None:
    """As the account has them, which may be ahead of the token."""
    cloud.change("users", roles="analyst billing:read")

    assert app.account(pair.access_token).body["roles"] == ["analyst", "billing:read"]


def test_the_caller_sees_at_once_that_the_address_is_verified(
        owner: Owner, phone: Pair, outbox: Outbox) -> None:
    owner.ask_verification()
    assert owner.account(phone.access_token).body["email_verified"] is False

    assert owner.verify_signed_in(outbox.last_token, phone.access_token).status == 200

    assert owner.account(phone.access_token).body["email_verified"] is True


def test_an_address_is_not_verified_by_a_link_to_another_that_nobody_follows(
        owner: Owner, phone: Pair, outbox: Outbox) -> None:
    assert owner.change_email(phone.access_token).status == 202

    assert seen(owner, phone) == (EMAIL, False)


def test_an_address_that_was_changed_by_its_link_is_verified(
        owner: Owner, phone: Pair, outbox: Outbox, courier: Courier) -> None:
    pair = owner.confirm_email(link_to_another(owner, phone, outbox), phone.access_token).pair

    assert seen(owner, pair) == (NEW_EMAIL, True)


# Each request but the first, which also reads the client, reads session, account and identity.
@pytest.mark.parametrize(("reads", "account"), [
    (1, (NEW_EMAIL, True)), (2, (NEW_EMAIL, True)), (3, (EMAIL, False))])
def test_in_the_middle_of_a_change_the_address_is_seen_with_what_is_true_of_it(
        reads: int, account: tuple[str, bool], owner: Owner, phone: Pair, outbox: Outbox,
        courier: Courier, wire: Wire) -> None:
    """Also after a stranger has taken the former one."""
    link = link_to_another(owner, phone, outbox)

    def change() -> None:
        assert owner.confirm_email(link, phone.access_token).status == 200
        assert owner.sign_up(EMAIL).status == 201

    wire.after("GetItem", *[lambda: None] * (reads - 1), change)

    assert seen(owner, phone) == account


def test_an_account_that_is_gone_is_unauthorized(app: Application, cloud: Cloud,
                                                 pair: Pair) -> None:
    cloud.drop("users")

    assert app.account(pair.access_token).outcome == (401, "unauthorized")


def test_an_account_that_is_deleted_in_this_moment_is_unauthorized(
        owner: Owner, phone: Pair, wire: Wire) -> None:
    def leave() -> None:
        assert owner.leave(phone.access_token).status == 200

    owner.account(phone.access_token)
    wire.after("GetItem", lambda: None, leave)

    assert owner.account(phone.access_token).outcome == (401, "unauthorized")


def test_an_account_that_nothing_signs_in_to_is_unauthorized(app: Application, cloud: Cloud,
                                                             pair: Pair) -> None:
    """Its address is not said to be verified, nor not to be."""
    cloud.drop("identities")

    assert app.account(pair.access_token).outcome == (401, "unauthorized")


def test_an_account_whose_address_belongs_to_another_is_unauthorized(
        app: Application, cloud: Cloud, pair: Pair) -> None:
    cloud.change("identities", user_id="eve", email_verified=True)

    assert app.account(pair.access_token).outcome == (401, "unauthorized")


def test_a_store_that_is_down_is_503(app: Application, wire: Wire, pair: Pair) -> None:
    wire.refuse("GetItem", "ThrottlingException")

    with pytest.raises(Exception, match="unavailable"):
        app.account(pair.access_token)


@pytest.mark.parametrize("reads", [1, 2])
def test_a_table_that_is_down_is_503(reads: int, app: Application, wire: Wire,
                                     pair: Pair) -> None:
    """That of accounts, or that of identities."""
    app.account(pair.access_token)
    wire.after("GetItem", *[lambda: None] * (reads - 1),
               lambda: wire.refuse("GetItem", "ThrottlingException"))

    assert app.account(pair.access_token).outcome == (503, "unavailable")


def link_to_another(owner: Owner, pair: Pair, outbox: Outbox) -> str:
    """Return the link that was mailed to Ada's other address, before the notice to this one."""
    assert owner.change_email(pair.access_token).status == 202
    del outbox.messages[-1]
    return outbox.last_token


def seen(owner: Owner, pair: Pair) -> tuple[str, bool]:
    """Return the address of the account, and whether it is said to be verified."""
    account = owner.account(pair.access_token).body
    return account["email"], account["email_verified"]
