"""The smoke step on stages that send mail and have passkeys or do not, and that require verified
addresses or not."""

from collections.abc import Iterator

import pytest

from scripts.delivery import whole_service
from scripts.delivery.functions import LATEST
from scripts.smoke.passkey_checks import NO_PASSKEYS
from tests.delivery.conftest import Account


def smoked(account: Account, stage: str, function: str, **variables: str) -> str:
    done = account.step("smoke", STAGE=stage, FUNCTION_NAME=function, **variables)
    assert done.returncode == 0, done.stderr
    return done.stdout


def whole(account: Account, stage: str, **variables: str) -> dict[str, str]:
    """Return what is said of each function when all are checked at once."""
    done = account.step("smoke", STAGE=stage, **variables)
    assert done.returncode == 0, done.stderr
    return dict(line.split(": ", 1) for line in done.stdout.splitlines())


def test_a_mail_is_really_sent_as_often_as_it_is_checked(account: Account) -> None:
    """All mail to the simulator is mail to one mailbox, which one source may have three sent to
    in four hours."""
    before = len(account.emulator.sent_mail())

    for _ in range(4):
        assert smoked(account, "test", "sendMail") == "sendMail: has sent a mail\n"

    sent = account.emulator.sent_mail()[before:]
    assert len(sent) == 4
    assert all(to.endswith("@simulator.amazonses.com") for mail in sent for to in mail["To"])


@pytest.mark.parametrize(("stage", "of_mail", "of_passkeys"), [
    ("dev", "answers that this stage sends no mail (it has no mailSender)", NO_PASSKEYS),
    ("test", "has sent a mail", "answers as it should")])
def test_every_function_passes_its_check(account: Account, stage: str, of_mail: str,
                                         of_passkeys: str) -> None:
    said = whole(account, stage)

    assert list(said) == whole_service.functions()
    assert said["sendMail"] == of_mail
    assert {said[name] for name in ("beginPasskey", "createPasskey", "beginPasskeySignIn",
                                    "createPasskeySession")} == {of_passkeys}
    assert said["verifyEmail"].startswith("answers ")


@pytest.fixture
def verifying(account: Account) -> Iterator[Account]:
    """Stage test requires verified addresses, and ops@example.org has one there."""
    client = account.emulator.client("lambda")

    def configure(required: str) -> None:
        for name in ("createUser", "createSession"):
            function = f"session-api-test-{name}"
            assert client.get_alias(FunctionName=function, Name="live")["FunctionVersion"] == LATEST
            found = client.get_function_configuration(FunctionName=function)
            variables = found["Environment"]["Variables"] | {"REQUIRE_VERIFIED_EMAIL": required}
            client.update_function_configuration(
                FunctionName=function, Environment={"Variables": variables})
            client.get_waiter("function_updated_v2").wait(FunctionName=function)

    configure("true")
    yield account
    configure("false")


def test_where_addresses_must_be_verified_a_good_delivery_passes(verifying: Account) -> None:
    assert "answers as it should" in smoked(verifying, "test", "createUser")
    assert "answers as it should" in smoked(verifying, "test", "createUser")
    for function in ("getUser", "createSession", "authorizer", "sendMail"):
        assert "was not tried" in smoked(verifying, "test", function)


def test_half_an_account_is_refused(account: Account) -> None:
    done = account.step("smoke", STAGE="dev", FUNCTION_NAME="ping", SMOKE_EMAIL="a@example.org")

    assert (done.returncode, done.stderr.splitlines()[-1]) == (
        1, "Set both SMOKE_EMAIL and SMOKE_PASSWORD, or neither.")


LENT = {"SMOKE_EMAIL": "ops@example.org", "SMOKE_PASSWORD": "notes on an engine, 1843"}


def test_an_account_that_is_lent_is_used_where_nobody_can_sign_up(
        account: Account, request: pytest.FixtureRequest) -> None:
    """It was verified before: here it signs up while that is not required yet."""
    api = account.api("test")
    api.call("POST", "/user", {"email": LENT["SMOKE_EMAIL"], "password": LENT["SMOKE_PASSWORD"]})
    tables = account.emulator.client("dynamodb")
    name = next(found for found in tables.list_tables()["TableNames"]
                if found.startswith("session-api-test-Identities"))
    tables.update_item(TableName=name, Key={"Identity": {"S": f"email#{LENT['SMOKE_EMAIL']}"}},
                       UpdateExpression="SET email_verified = :true",
                       ExpressionAttributeValues={":true": {"BOOL": True}})
    request.getfixturevalue("verifying")

    said = whole(account, "test", **LENT)
    for function in ("getUser", "exportUser", "createSession", "getSession", "refreshSession",
                     "deleteSession", "listSessions", "deleteSessionById", "authorizer",
                     "beginPasskey", "createPasskey", "renamePasskey", "deletePasskey"):
        assert "answers as it should" in said[function]
    assert "has sent a mail" in said["sendMail"]
    for function in ("changePassword", "deleteUser", "deleteSessions"):
        assert "was not tried" in said[function]
