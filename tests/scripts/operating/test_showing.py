"""An operator finds a person and sees their account."""

import pytest

from scripts import operate
from shared.identities import EMAIL_ADDRESS, Account, Identity
from shared.sessions.state import BY_PASSWORD, Session
from shared.wiring.services import Services, wall_clock
from tests.support.account_owner import Owner
from tests.support.application import EMAIL, Application, Pair
from tests.support.authenticator import Device
from tests.support.clock import NOW, Clock
from tests.support.cloud import Cloud
from tests.support.deployed_stage import DeployedStage

pytestmark = pytest.mark.usefixtures("deployed")
ALL_ARE_READ = ("This is no whole address, so all accounts of the stage are read, which costs as "
                "much as there are.")


def person(action: str, *words: str) -> None:
    operate.main(["person", action, "--stage", "test", *words])


def refused(action: str, *words: str) -> str:
    with pytest.raises(SystemExit) as refusal:
        person(action, *words)
    return str(refusal.value.code)


def add(services: Services, *emails: str) -> None:
    for email in emails:
        user_id = f"u-{email.partition('@')[0]}"
        services.identity_store.create(
            Account(user_id, email, NOW), Identity(EMAIL_ADDRESS, email, user_id, None, 0))


def test_a_person_is_shown_with_their_live_sessions(
        app: Application, services: Services, cloud: Cloud, capsys: pytest.CaptureFixture[str]
        ) -> None:
    app.sign_up()
    cloud.change("users", created_at=0, roles="a:b analyst", blocked_at=86_400)
    cloud.change("identities", email_verified=True, second_factor="f-1")
    now = wall_clock()
    for name, at, device in (("phone", now, "Web\x1b[2J"), ("tablet", now - 60, ""),
                             ("left idle", now - 3600, "")):
        services.session_store.put(
            Session(cloud.item("users")["UserId"], name, "web-app", 0, at, at, now + 3600, at,
                    BY_PASSWORD, device=device),
            services.lifetimes)
    capsys.readouterr()

    person("show", "--email", f"  {EMAIL.upper()} ")

    *rows, phone, tablet = capsys.readouterr().out.splitlines()
    assert rows == [
        f"id             {cloud.item('users')['UserId']}", f"email          {EMAIL}",
        "verified       yes", "password       yes", "second factor  on", "passkeys       0",
        "created        1970-01-01 00:00:00 UTC",
        "blocked        since 1970-01-02 00:00:00 UTC", "roles          a:b analyst",
        "live sessions  2"]
    assert phone.startswith("  'phone  since 20") and phone.endswith(
        r" UTC  client web-app  Web\x1b[2J'")
    assert tablet.startswith("  tablet  since 20") and tablet.endswith("web-app  unknown device")


def test_passkeys_are_counted(cloud: Cloud, clock: Clock, capsys: pytest.CaptureFixture[str]
                              ) -> None:
    owner = Owner(cloud.services(clock))
    owner.sign_up()
    assert owner.add_passkey(owner.sign_in().pair.access_token, Device()).status == 201

    person("show", "--email", EMAIL)

    shown = capsys.readouterr().out
    for row in ("password       yes\n", "second factor  on\n", "passkeys       1\n"):
        assert row in shown


def test_who_has_no_password_is_shown_so(services: Services, capsys: pytest.CaptureFixture[str]
                                         ) -> None:
    add(services, EMAIL)

    person("show", "--email", EMAIL)

    assert "password       no\n" in capsys.readouterr().out


def test_what_a_person_does_not_have_is_shown_too(pair: Pair, cloud: Cloud,
                                                  capsys: pytest.CaptureFixture[str]) -> None:
    person("show", "--id", cloud.item("users")["UserId"])

    shown = capsys.readouterr().out
    for row in ("verified       no\n", "second factor  off\n", "blocked        no\n",
                "roles          none\n"):
        assert row in shown


def test_a_role_without_an_action_is_not_passed_over(pair: Pair) -> None:
    assert refused("show", "--email", EMAIL, "--role", "analyst") == (
        "Nothing was changed; `ACTION=grant-role` would grant the role analyst.")


def test_one_is_found_by_address_or_id(pair: Pair, cloud: Cloud,
                                       capsys: pytest.CaptureFixture[str]) -> None:
    user_id = cloud.item("users")["UserId"]
    capsys.readouterr()

    person("find", "--email", EMAIL.upper())
    person("find", "--id", user_id)

    assert capsys.readouterr().out == f"{user_id} {EMAIL}\n" * 2


def test_people_are_found_by_how_their_address_begins(
        services: Services, deployed: DeployedStage, capsys: pytest.CaptureFixture[str]) -> None:
    """The log says that all were read, and not what was looked for: that is a part of an
    address."""
    add(services, "ada@example.org", "ada.b@example.org", "grace@example.org")

    person("find", "--email", " ADA")

    first, *found = capsys.readouterr().out.splitlines()
    assert first == ALL_ARE_READ
    assert sorted(found) == ["u-ada ada@example.org", "u-ada.b ada.b@example.org"]
    [line] = deployed.operator_lines()
    assert (line["action"], line["event"]) == ("find", "sensitive_read")
    assert "user_id" not in line and "ada" not in str(line).replace("sensitive", "").lower()


def test_of_many_people_only_some_are_listed(services: Services,
                                             capsys: pytest.CaptureFixture[str]) -> None:
    add(services, *(f"ada{number}@example.org" for number in range(21)))

    person("find", "--email", "ada")

    said = capsys.readouterr().out.splitlines()
    assert len(said) == 22
    assert said[-1] == "There are more than 20; type more of the address."


@pytest.mark.parametrize(("words", "says"), [
    (["--email", "ad"],
     "Type an address, an id, or at least 3 characters with which an address begins."),
    (["--email", "ada", "--id", "u-ada"],
     "Type an address, an id, or at least 3 characters with which an address begins."),
    (["--email", "bab"], "No address on stage test begins like that."),
    (["--email", "ada@example.org"],
     "There is nobody with the address ada@example.org on stage test."),
    ([], "Name one person after `make person`, by `EMAIL=ada@example.org` or by `ID=` and the id "
     "of an account, and not by both.")])
def test_whom_nobody_can_find_is_not_looked_for(words: list[str], says: str) -> None:
    assert refused("find", *words) == says
