"""The export holds all that the tables hold of a person, or there is a reason why not."""

from dataclasses import replace
from typing import Any

from shared.clients import ACCOUNT_PAGES
from shared.identities import EMAIL_ADDRESS, Account
from shared.wiring.services import Services
from tests.support.account_owner import REDIRECT_URI, Owner
from tests.support.application import EMAIL
from tests.support.clock import NOW
from tests.support.cloud import Cloud
from tests.support.possession import Prover
from tests.support.wire import Wire

# Where each attribute of a person's items is in the export, by table.
EXPORTED = {
    "users": {"UserId": "account.id", "email": "account.email",
              "created_at": "account.created_at", "roles": "account.roles"},
    "identities": {"Identity": "identity.name", "user_id": "account.id",
                   "email_verified": "identity.email_verified", "cost": "identity.password.cost",
                   "pepper_id": "identity.password.pepper_id",
                   "password_version": "identity.password.version",
                   "password_changed_at": "identity.password.changed_at"},
    "sessions": {"UserId": "account.id", "SessionId": "sessions.0.id",
                 "client_id": "sessions.0.client_id", "generation": "sessions.0.generation",
                 "created_at": "sessions.0.created_at", "refreshed_at": "sessions.0.refreshed_at",
                 "acknowledged_at": "sessions.0.acknowledged_at",
                 "ends_at": "sessions.0.ends_at", "auth_time": "sessions.0.auth_time",
                 "amr": "sessions.0.amr.0", "acr": "sessions.0.acr",
                 "address": "sessions.0.address", "device": "sessions.0.device"},
    "attempts": {"blocked_until": "attempts.sign_in.blocked_until",
                 "expires_at": "attempts.sign_in.expires_at"},
}
# And what is left out, with the reason.
LEFT_OUT = {
    "users": {"roles_version": "a number by which a session knows whether its copy is the newest",
              "blocked_at": "whoever is blocked has no session in which to ask for an export"},
    "identities": {"password_hash": "only a thief of the export could use it"},
    "sessions": {"expires_at": "it follows from the others and from a setting of the stage",
                 "roles": "a copy of those of the account",
                 "roles_version": "another"},
    "attempts": {"Subject": "a pseudonym of the address", "reservation": "a random number",
                 "count": "of a source or a mailbox, not of a person",
                 "counted_by": "a random number"},
}


# What the item of a code of the account pages says, which only they and an application ever meet.
OF_A_CODE = {
    "Subject": "the hash of a secret", "challenge": "the hash of another",
    "client_id": "of the application, whose session shows it", "redirect_uri": "the same",
    "user_id": "that of the account", "session_id": "of a session that is exported",
    "amr": "a copy of what that session says", "acr": "another", "auth_time": "another",
    "ends_at": "another", "password_version": "a copy of that of the identity",
    "factors_id": "a random number", "expires_at": "a minute after the code was made",
    "taken_by": "a random number"}


def found(exported: Any, path: str) -> Any:
    for step in path.split("."):
        exported = exported[int(step) if step.isdigit() else step]
    return exported


def test_every_attribute_of_a_person_is_exported_or_left_out_for_a_reason(
        owner: Owner, cloud: Cloud) -> None:
    pair = owner.sign_in().pair
    owner.sign_in(password="wrong")
    for table in ("users", "sessions"):
        cloud.change(table, roles="analyst editor", roles_version=1)
    cloud.change("users", blocked_at=NOW)

    exported = owner.export(pair.access_token).body

    held = {table: cloud.items(table) for table in EXPORTED}
    for table, items in held.items():
        attributes = set().union(*items)
        assert attributes == EXPORTED[table].keys() | LEFT_OUT.get(table, {}).keys()
    [own] = [item for item in held["attempts"] if "reservation" in item]
    [user], [identity], [session] = (held[table] for table in ("users", "identities", "sessions"))
    user, identity = user | {"roles": user["roles"].split()}, identity | {"Identity": user["email"]}
    for table, item in {"users": user, "identities": identity, "sessions": session,
                        "attempts": own}.items():
        for name, path in EXPORTED[table].items():
            assert found(exported, path) == item[name], path


def test_attempts_within_sessions_are_exported_too(owner: Owner, cloud: Cloud) -> None:
    pair = owner.sign_in().pair
    assert owner.change_password(pair.access_token, current="wrong").status == 401

    attempts = owner.export(pair.access_token).body["attempts"]

    assert attempts["sign_in"] is attempts["by_links"] is None
    assert attempts["within_sessions"]["expires_at"] == next(
        item["expires_at"] for item in cloud.items("attempts") if "reservation" in item)


def test_nothing_is_exported_of_whoever_gets_the_address_in_this_moment(
        owner: Owner, services: Services, wire: Wire) -> None:
    former = services.identity_store.find(EMAIL_ADDRESS, EMAIL)
    assert former is not None

    def give_away() -> None:
        assert services.identity_store.rename(former, "next@example.org")
        services.identity_store.create(Account("u-eve", EMAIL, NOW),
                                       replace(former, user_id="u-eve", password=None))

    wire.after("GetItem", give_away)

    exported = services.export.of(former.user_id)

    assert found(exported, "account.email") == found(exported, "identity.name")
    assert found(exported, "identity.password.hash") == "bcrypt"


def test_codes_are_left_out_for_a_reason(owner: Owner, cloud: Cloud) -> None:
    """They are of use for a minute, and TTL deletes them soon after."""
    owner.services.client_store.set_redirect_uris(owner.client_id, (REDIRECT_URI,))
    pages = Owner(owner.services, ACCOUNT_PAGES, Prover())
    pair = pages.sign_in().pair
    code = pages.authorization_code(pair.access_token).body["code"]
    exported = pages.export(pair.access_token)
    owner.code_session(code)

    [item] = [item for item in cloud.items("attempts") if item["Subject"].startswith("code ")]
    assert item.keys() == OF_A_CODE.keys()
    assert item["challenge"] not in exported.text and item["redirect_uri"] not in exported.text
