"""Who has lost all second factors signs in with the password again, once an operator says so."""

import json

import pytest

from lambda_functions import send_mail
from scripts import operate
from scripts.operating.blocking import Blocking
from scripts.operating.factor_reset import FactorReset, Reset
from shared.callers import Caller
from shared.errors import NotFound, Unavailable
from shared.factors.factors import RecoveryCodes, Sealed
from shared.identities import EMAIL_ADDRESS
from shared.sessions.state import proven_by
from shared.wiring.services import Services
from tests.support.account_owner import NEW_PASSWORD, Owner
from tests.support.application import EMAIL
from tests.support.authenticator import Device
from tests.support.clock import NOW, Clock
from tests.support.cloud import Cloud
from tests.support.deployed_stage import DeployedStage
from tests.support.events import LambdaContext
from tests.support.failures import GONE, LOST_AFTER, Fault, Kind
from tests.support.interleaving import Program, every_order
from tests.support.mail import MAIL, Outbox, with_mail
from tests.support.second_factors import STEP_SECONDS, CodeApp
from tests.support.wire import Wire


@pytest.fixture
def owner(services: Services) -> Owner:
    """Ada has signed up; she is not signed in."""
    owner = Owner(services)
    assert owner.sign_up().status == 201
    return owner


@pytest.fixture
def code_app(owner: Owner, clock: Clock) -> CodeApp:
    """Ada has turned on an app that makes codes, and is signed in with it."""
    enrolled = owner.enrol(owner.sign_in().pair.access_token)
    clock.advance(STEP_SECONDS)
    assert owner.sign_in_with(enrolled.app.code(clock.now)).status == 201
    clock.advance(STEP_SECONDS)
    return enrolled.app


def reset_of(services: Services) -> FactorReset:
    return FactorReset(services.user_store, services.identity_store, services.factor_store,
                       Blocking(services.user_store, services.session_store, services.lifetimes,
                                services.now))


def is_off(cloud: Cloud) -> bool:
    """Whether nothing of a second factor is left, and no session."""
    return ("second_factor" not in cloud.item("identities") and cloud.items("factors") == []
            and cloud.items("sessions") == [])


def user_id_of(cloud: Cloud) -> str:
    return str(cloud.item("users")["UserId"])


@pytest.mark.usefixtures("code_app")
def test_nothing_is_removed_without_a_sweep_before_it(services: Services, cloud: Cloud, wire: Wire
                                                      ) -> None:
    """Else sessions from before would be left beside the password alone."""
    wire.cut("Query")

    with pytest.raises(Unavailable):
        reset_of(services).reset(user_id_of(cloud))

    wire.mend()
    assert "second_factor" in cloud.item("identities")


@pytest.mark.usefixtures("code_app")
def test_the_password_alone_signs_in_after_a_reset(owner: Owner, services: Services, cloud: Cloud
                                                   ) -> None:
    done = reset_of(services).reset(user_id_of(cloud))

    assert is_off(cloud)
    assert done == Reset(EMAIL, was_on=True, ended=2, has_password=True)
    assert owner.sign_in().status == 201
    assert reset_of(services).reset(user_id_of(cloud)) == Reset(
        EMAIL, was_on=False, ended=1, has_password=True)


def test_a_factor_that_is_not_confirmed_goes_too(owner: Owner, services: Services, cloud: Cloud
                                                 ) -> None:
    owner.begin_enrolment(owner.sign_in().pair.access_token)

    assert not reset_of(services).reset(user_id_of(cloud)).was_on
    assert is_off(cloud)


def test_who_is_gone_has_nothing_to_reset(services: Services, cloud: Cloud) -> None:
    with pytest.raises(NotFound):
        reset_of(services).reset("u-ada")
    assert cloud.items("identities") == []


@pytest.mark.usefixtures("code_app")
@pytest.mark.parametrize("kind", [GONE, LOST_AFTER], ids=lambda kind: kind.name)
@pytest.mark.parametrize("at", range(8))
def test_wherever_the_store_fails_a_reset_can_be_repeated(
        at: int, kind: Kind, services: Services, cloud: Cloud, wire: Wire) -> None:
    """And while a factor is on, no session of the time before it is left with less."""
    user_id = user_id_of(cloud)
    wire.arm(Fault(kind, at=at, lasting=True))
    try:
        reset_of(services).reset(user_id)
        failed = False
    except Unavailable:
        failed = True
    assert failed is wire.hit
    wire.mend()

    assert ("second_factor" in cloud.item("identities")) is (len(cloud.items("factors")) == 2)
    reset_of(services).reset(user_id)
    assert is_off(cloud)


@pytest.mark.usefixtures("code_app")
def test_a_change_of_the_password_under_a_reset_loses_nothing(services: Services, cloud: Cloud,
                                                              wire: Wire) -> None:
    wire.before("TransactWriteItems", lambda: cloud.change("identities", password_version=7))

    assert reset_of(services).reset(user_id_of(cloud)).was_on
    assert is_off(cloud)
    assert cloud.item("identities")["password_version"] == 7


@pytest.mark.usefixtures("code_app")
def test_whatever_the_order_a_sign_in_with_a_factor_under_a_reset_leaves_no_session(
        services: Services, cloud: Cloud) -> None:
    """It has shown a right code, which is all that the reset makes worthless."""
    cloud.drop("sessions")
    identity, user_id = services.identity_store.find(EMAIL_ADDRESS, EMAIL), user_id_of(cloud)
    assert identity is not None
    before = {table: cloud.items(table) for table in ("identities", "factors")}
    met: set[str] = set()

    def arrange() -> list[Program]:
        for table, items in before.items():
            cloud.fill(table, items)
        cloud.drop("sessions")
        return [lambda: services.sign_in.open(
                    identity, proven_by("pwd", "otp"), Caller("web-app"),
                    lambda: services.password_check.confirm(identity)),
                lambda: reset_of(services).reset(user_id)]

    for signing_in, resetting in every_order(cloud.dynamodb, arrange, most_switches=2):
        met.add(type(signing_in.error).__name__)
        assert resetting.error is None
        assert is_off(cloud)
    assert met == {"NoneType", "BadCredentials"}


def test_whatever_the_order_a_factor_that_is_confirmed_under_a_reset_is_gone(
        owner: Owner, services: Services, cloud: Cloud) -> None:
    owner.begin_enrolment(owner.sign_in().pair.access_token)
    user_id = user_id_of(cloud)
    before = {table: cloud.items(table) for table in ("identities", "factors")}

    def confirm() -> None:
        identity = services.identity_store.find(EMAIL_ADDRESS, EMAIL)
        seen = services.factor_store.find(user_id).totp
        if identity and seen:
            services.factor_store.turn_on(
                seen, 1, NOW, RecoveryCodes(user_id, Sealed("key", "pepper"), {1: "digest"}, NOW),
                identity)

    def arrange() -> list[Program]:
        for table, items in before.items():
            cloud.fill(table, items)
        return [confirm, lambda: reset_of(services).reset(user_id)]

    for turns in every_order(cloud.dynamodb, arrange):
        assert [turn.error for turn in turns] == [None, None]
        assert is_off(cloud)


def test_a_passkey_that_is_added_between_the_reset_and_the_end_of_the_sessions_is_gone(
        owner: Owner, services: Services, cloud: Cloud, wire: Wire) -> None:
    """By a thief who has signed in with another one since the sessions were ended."""
    pair, stolen, another = owner.sign_in().pair, Device(), Device()
    owner.add_passkey(pair.access_token, stolen)
    thiefs = owner.sign_in_by(stolen).pair
    held = cloud.items("sessions")

    def add() -> None:
        cloud.fill("sessions", held)
        assert owner.add_passkey(thiefs.access_token, another).status == 201

    wire.after("TransactWriteItems", add)

    assert reset_of(services).reset(user_id_of(cloud)).was_on

    assert is_off(cloud)
    assert owner.sign_in_by(another).status == 401


class Lambda:
    """Lambda, which does at once what it is invoked for, or is out of reach."""

    def __init__(self, services: Services) -> None:
        self._services, self.is_gone = services, False

    def invoke(self, *, FunctionName: str, InvocationType: str, Payload: bytes) -> None:
        if self.is_gone:
            raise ConnectionError
        assert (FunctionName, InvocationType) == ("sendMail:live", "Event")
        send_mail.handler(json.loads(Payload), LambdaContext("sendMail"), self._services)


@pytest.fixture
def outbox() -> Outbox:
    return Outbox()


@pytest.fixture
def functions(cloud: Cloud, clock: Clock, deployed: DeployedStage, outbox: Outbox) -> Lambda:
    """Lambda, on a stage that sends mail."""
    deployed.outputs()["MailFunctionName"] = "sendMail:live"
    made = Lambda(with_mail(cloud.services(clock, **MAIL), outbox))
    deployed.clients["lambda"] = made
    return made


def reset() -> None:
    operate.main(["person", "reset-factors", "--stage", "test", "--email", EMAIL])


@pytest.mark.usefixtures("code_app", "functions")
def test_the_person_is_told_by_mail_of_what_was_on(outbox: Outbox,
                                                   capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()

    reset()
    reset()

    [message] = outbox.messages
    assert message.to == EMAIL
    assert "A second factor was removed from your" in message.text
    assert "IP address" not in message.text and "device" not in message.text
    said = [line for line in capsys.readouterr().out.splitlines() if not line.startswith("{")]
    assert said == [
        f"{EMAIL} now signs in with the password alone. 2 live sessions were ended.",
        f"{EMAIL} had no second factor on. No session was live."]


def test_who_has_no_password_gets_in_again_by_a_mailed_reset(
        cloud: Cloud, clock: Clock, functions: Lambda, outbox: Outbox,
        capsys: pytest.CaptureFixture[str]) -> None:
    """The operator is told so. The passkeys, of which one may have been stolen, are gone."""
    owner, device = Owner(with_mail(cloud.services(clock, require_verified_email=True, **MAIL),
                                    outbox)), Device()
    owner.ask_to_sign_up()
    assert owner.sign_up_by(device, outbox.last_token).status == 201

    reset()

    assert (f"{EMAIL} has no password, and needs a reset by mail to sign in again. 1 live session "
            "was ended.") in capsys.readouterr().out
    assert is_off(cloud)
    assert owner.sign_in_by(device).outcome == (401, "unknown_passkey")
    owner.forget_password()
    assert owner.reset_password(outbox.last_token, NEW_PASSWORD).status == 200
    assert owner.sign_in(password=NEW_PASSWORD).status == 201


@pytest.mark.usefixtures("code_app")
def test_an_operator_is_told_if_the_person_is_not(functions: Lambda, cloud: Cloud,
                                                  capsys: pytest.CaptureFixture[str]) -> None:
    functions.is_gone = True

    reset()

    assert capsys.readouterr().out.endswith(
        "The notice could not be posted; tell the person yourself.\n")
    assert is_off(cloud)


@pytest.mark.usefixtures("code_app", "deployed")
def test_on_a_stage_without_mail_nobody_is_told(cloud: Cloud, capsys: pytest.CaptureFixture[str]
                                                ) -> None:
    reset()

    assert "notice" not in capsys.readouterr().out
    assert is_off(cloud)


@pytest.mark.usefixtures("code_app", "deployed")
def test_a_reset_that_breaks_off_is_to_be_typed_again(cloud: Cloud, wire: Wire) -> None:
    wire.cut("TransactWriteItems")

    with pytest.raises(SystemExit, match="reset-factors is not finished: some factors and"):
        reset()

    assert "second_factor" in cloud.item("identities")
