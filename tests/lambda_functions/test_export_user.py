"""GET /user/export: all that is held about the caller."""

from tests.support.account_owner import Owner
from tests.support.application import EMAIL, PASSWORD, Pair
from tests.support.clock import NOW
from tests.support.cloud import Cloud
from tests.support.heavy import SDK

LOADS = SDK


def test_the_export_holds_what_is_held(owner: Owner, phone: Pair, cloud: Cloud) -> None:
    """All of it but the hash, which is of use to a thief only."""
    answer = owner.export(phone.access_token)

    exported = answer.body
    assert answer.status == 200
    user_id = cloud.item("users")["UserId"]
    assert exported["account"] == {"id": user_id, "email": EMAIL, "created_at": NOW,
                                   "roles": []}
    assert [session["device"] for session in exported["sessions"]] == ["curl/8.10.1"]
    assert exported.keys() == {"account", "attempts", "factors", "identity", "sessions"}
    assert PASSWORD not in answer.text
    assert cloud.item("identities")["password_hash"] not in answer.text


def test_attempts_that_are_not_remembered_are_none(owner: Owner, phone: Pair) -> None:
    """Whoever made none has none."""
    assert owner.export(phone.access_token).body["attempts"] == {
        "sign_in": None, "within_sessions": None, "by_links": None, "second_factor": None,
        "codes_in_sessions": None}


def test_who_has_no_password_has_none_in_the_export(owner: Owner, phone: Pair, cloud: Cloud
                                                    ) -> None:
    cloud.change("identities", password_hash=None, cost=None, pepper_id=None)

    assert owner.export(phone.access_token).body["identity"] == {
        "kind": "email", "name": EMAIL, "email_verified": False, "second_factor": False}


def test_an_export_without_an_identity_still_answers(owner: Owner, phone: Pair,
                                                     cloud: Cloud) -> None:
    cloud.drop("identities")

    assert "identity" not in owner.export(phone.access_token).body
