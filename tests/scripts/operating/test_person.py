"""An operator names a person, gives them roles and takes them away, and reads what became of it."""

from contextlib import suppress

import pytest

from scripts import operate
from scripts.operating.person_actions import ACTIONS
from shared.identities import EMAIL_ADDRESS, Account, Identity
from shared.wiring.services import Services
from tests.dynamodb_local.handlers_alone import claims
from tests.support.application import EMAIL, Application, Pair
from tests.support.clock import NOW, Clock
from tests.support.cloud import Cloud
from tests.support.wire import Wire

pytestmark = pytest.mark.usefixtures("deployed")
A_ROLE_IS = "A role is 1 to 32 letters, digits, dots, underscores, colons and dashes."


def person(action: str, *words: str, email: str = EMAIL) -> None:
    operate.main(["person", action, "--stage", "test", "--email", email, *words])


def refused(action: str, *words: str, email: str = EMAIL) -> str:
    with pytest.raises(SystemExit) as refusal:
        person(action, *words, email=email)
    return str(refusal.value.code)


@pytest.mark.parametrize("action", ACTIONS)
def test_what_another_program_stored_does_not_write_to_the_terminal(
        action: str, services: Services, capsys: pytest.CaptureFixture[str]) -> None:
    services.identity_store.create(Account("u-eve", "\x1b[2J", NOW, ("\x1b[1m",)), Identity(
        EMAIL_ADDRESS, "\x1b[2J", "u-eve", None, 0))

    with suppress(SystemExit):
        role = ["--role", "analyst"] if action.endswith("-role") else []
        person(action, "--id", "u-eve", *role, email="")

    assert "\x1b" not in capsys.readouterr().out


def test_a_role_is_granted_and_revoked(pair: Pair, cloud: Cloud,
                                       capsys: pytest.CaptureFixture[str]) -> None:
    person("grant-role", "--role", "analyst")
    granted = cloud.item("users")["roles"], cloud.item("sessions")["roles"]
    person("grant-role", "--role", "analyst")
    person("revoke-role", "--role", "analyst")
    person("revoke-role", "--role", "analyst")

    assert granted == ("analyst", "analyst")
    assert "roles" not in cloud.item("users") | cloud.item("sessions")
    seen = "The authorizer sees it when it looks next, and a token from its next refresh on."
    again = "among the roles; the sessions were gone through all the same."
    with_it, without = f"Roles of {EMAIL}: analyst.", f"Roles of {EMAIL}: none."
    assert capsys.readouterr().out.splitlines() == [
        f"Granted analyst. {seen}", with_it, f"analyst was already {again}", with_it,
        f"Revoked analyst. {seen}", without, f"analyst was not {again}", without]


@pytest.mark.parametrize("after_seconds", [0, 1800, 3541])
def test_a_change_is_seen_at_once_by_what_reads_the_session(app: Application, pair: Pair,
                                                            clock: Clock, after_seconds: int
                                                            ) -> None:
    """And a refresh brings it into the token, whether one is due or not."""
    app.authorize(pair.access_token)
    clock.advance(after_seconds)

    for action, role, roles in (("grant-role", "analyst", ["analyst"]),
                                ("grant-role", "editor", ["analyst", "editor"]),
                                ("revoke-role", "analyst", ["editor"])):
        person(action, "--role", role)

        assert app.authorize(pair.access_token)["context"]["roles"] == " ".join(roles)
        assert app.account(pair.access_token).body["roles"] == roles
        refreshed = app.refresh(pair).pair.access_token
        assert claims(refreshed)["roles"] == roles


def test_a_revoked_role_is_in_no_token_that_lives_longer_than_an_access_token(
        app: Application, pair: Pair, clock: Clock) -> None:
    person("grant-role", "--role", "analyst")
    clock.advance(3600)
    last = app.refresh(pair).pair

    person("revoke-role", "--role", "analyst")

    assert claims(last.access_token)["roles"] == ["analyst"]
    assert claims(last.access_token)["exp"] <= clock.now + 3600
    for later in (app.refresh(last).pair, app.sign_in().pair):
        assert "roles" not in claims(later.access_token)


@pytest.mark.parametrize("action", ["grant-role", "revoke-role"])
def test_a_role_has_one_spelling(action: str, pair: Pair, cloud: Cloud) -> None:
    person("grant-role", "--role", "Analyst")

    said = refused(action, "--role", "analyst")

    assert said == "Nothing was changed: the role is spelt Analyst, and not analyst."
    assert cloud.item("users")["roles"] == "Analyst"


def test_of_two_spellings_that_were_imported_each_can_be_revoked(pair: Pair, cloud: Cloud) -> None:
    cloud.change("users", roles="Analyst analyst")

    person("revoke-role", "--role", "Analyst")

    assert cloud.item("users")["roles"] == "analyst"


@pytest.mark.parametrize("action", [action for action in ACTIONS if action != "find"])
@pytest.mark.parametrize(("email", "user_id", "says"), [
    ("", "", "Name one person after `make person`, by `EMAIL=ada@example.org` or by `ID=` and the "
     "id of an account, and not by both."),
    (EMAIL, "u-ada",
     "Name one person after `make person`, by `EMAIL=ada@example.org` or by `ID=` and the id of an "
     "account, and not by both."),
    ("ada", "", "EMAIL must be an email address."),
    ("bab\u0062age@example.org", "",
     "There is nobody with the address babbage@example.org on stage test."),
    ("", "u-ada", "There is nobody with the id 'u-ada' on stage test."),
    ("", "\x1b" * 3000, "There is nobody with the id '" + r"\x1b" * 3000 + "' on stage test.")])
def test_a_person_must_be_named_and_be_there(action: str, email: str, user_id: str, says: str
                                             ) -> None:
    role = ["--role", "analyst"] if action.endswith("-role") else []

    assert refused(action, "--id", user_id, *role, email=email) == says


@pytest.mark.parametrize("action", ["grant-role", "revoke-role"])
@pytest.mark.parametrize(("role", "says"), [
    ("", "Name a role, as in `ROLE=analyst`."), ("r" * 33, A_ROLE_IS), ("two words", A_ROLE_IS)])
def test_a_role_must_be_named_and_be_one(action: str, role: str, says: str) -> None:
    assert refused(action, "--role", role) == says


def test_the_seventeenth_role_is_refused_with_the_bound(pair: Pair, cloud: Cloud) -> None:
    sixteen = " ".join(f"role-{number:02}" for number in range(16))
    cloud.change("users", roles=sixteen)

    assert refused("grant-role", "--role", "another") == "A person has at most 16 roles."
    assert cloud.item("users")["roles"] == sixteen


@pytest.mark.parametrize("action", ["grant-role", "revoke-role"])
def test_a_change_that_breaks_off_is_to_be_typed_again(
        action: str, pair: Pair, cloud: Cloud, wire: Wire,
        capsys: pytest.CaptureFixture[str]) -> None:
    other = {"grant-role": "revoke-role", "revoke-role": "grant-role"}[action]
    person(other, "--role", "analyst")
    wire.cut("Query")

    said = refused(action, "--role", "analyst")
    wire.mend()
    person(action, "--role", "analyst")

    assert said.startswith("AWS did not answer, or not now (")
    assert said.endswith(f"{action} is not finished: the account and its sessions may have "
                         "different roles. Run the same command again.")
    assert cloud.item("users").get("roles") == cloud.item("sessions").get("roles")


def test_a_change_that_aws_refuses_half_way_is_not_finished_either(pair: Pair, wire: Wire) -> None:
    wire.refuse("Query", "AccessDeniedException")

    said = refused("grant-role", "--role", "analyst")

    assert said.startswith("AWS refused: ")
    assert "grant-role is not finished" in said


def test_a_change_that_is_interrupted_is_not_finished_either(pair: Pair, wire: Wire) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    wire.before("Query", interrupt)

    with pytest.raises(KeyboardInterrupt, match=r"^Interrupted\. grant-role is not finished"):
        person("grant-role", "--role", "analyst")


def test_an_account_that_is_deleted_meanwhile_is_nobody(pair: Pair, cloud: Cloud, wire: Wire
                                                        ) -> None:
    wire.before("UpdateItem", lambda: cloud.drop("users"))

    assert refused("grant-role", "--role", "analyst") == "The account was deleted meanwhile."
