"""The factors table: each code is spent by one write, whatever is sent twice."""

from dataclasses import replace

import pytest

from shared.factors.factors import TOTP, Factors, RecoveryCodes, Sealed, Totp
from shared.identities import EMAIL_ADDRESS, Account, Identity
from shared.stores.factors import DynamoFactorStore
from shared.wiring.services import Services
from tests.support.clock import NOW
from tests.support.cloud import Cloud
from tests.support.failures import LOST_AFTER, Fault
from tests.support.wire import Wire

ADA = Identity(EMAIL_ADDRESS, "ada@example.org", "ada", None, NOW)
APP = Totp("ada", Sealed("a sealed secret", "p-1"), NOW)
CODES = RecoveryCodes("ada", Sealed("a sealed key", "p-1"), {0: "0a", 1: "1b"}, NOW + 1)


@pytest.fixture
def store(services: Services) -> DynamoFactorStore:
    services.identity_store.create(Account("ada", ADA.name, NOW), ADA)
    return services.factor_store


@pytest.fixture
def on(store: DynamoFactorStore) -> Factors:
    """Ada's app is on since step 10."""
    assert store.enrol(APP)
    assert store.turn_on(APP, 10, NOW + 1, CODES, ADA)
    return store.find("ada")


def app_of(factors: Factors) -> Totp:
    assert factors.totp is not None
    return factors.totp


def codes_of(factors: Factors) -> RecoveryCodes:
    assert factors.recovery_codes is not None
    return factors.recovery_codes


def present(services: Services) -> Identity:
    found = services.identity_store.find(EMAIL_ADDRESS, ADA.name)
    assert found is not None
    return found


def has_flag(services: Services) -> bool:
    return present(services).second_factor != ""


def test_what_is_turned_on_is_found(on: Factors, services: Services) -> None:
    assert on == Factors(replace(APP, confirmed_at=NOW + 1, last_step=10), CODES)
    assert has_flag(services)


def test_nobody_else_has_it(on: Factors, store: DynamoFactorStore) -> None:
    assert store.find("bob") == Factors()


def test_an_app_that_waits_is_replaced_and_one_that_is_on_is_not(store: DynamoFactorStore) -> None:
    another = replace(APP, secret=Sealed("another secret", "p-1"))
    assert store.enrol(APP) and store.enrol(another)
    assert store.turn_on(another, 10, NOW + 1, CODES, ADA)

    assert not store.enrol(APP)
    assert app_of(store.find("ada")).secret == another.secret


def test_an_app_that_was_replaced_is_not_turned_on(store: DynamoFactorStore, services: Services
                                                   ) -> None:
    store.enrol(APP)
    store.enrol(replace(APP, secret=Sealed("another secret", "p-1")))

    assert not store.turn_on(APP, 10, NOW + 1, CODES, ADA)
    assert store.find("ada").recovery_codes is None and not has_flag(services)


def test_nothing_is_turned_on_for_an_account_whose_password_has_changed(
        store: DynamoFactorStore) -> None:
    store.enrol(APP)

    assert not store.turn_on(APP, 10, NOW + 1, CODES, replace(ADA, password_version=1))
    assert app_of(store.find("ada")).confirmed_at is None


def test_it_is_turned_on_once(on: Factors, store: DynamoFactorStore, services: Services) -> None:
    """The codes of a second request would be in nobody's hands, whenever it read the identity."""
    others = replace(CODES, digests={0: "ff"})

    for seen in ADA, present(services):
        assert not store.turn_on(APP, 11, NOW + 1, others, seen)
    assert store.find("ada") == on


def test_turned_off_nothing_is_left(on: Factors, store: DynamoFactorStore, services: Services
                                    ) -> None:
    assert store.turn_off(store.find("ada"), present(services))

    assert store.find("ada") == Factors()
    assert not has_flag(services)


def test_it_is_turned_off_once(on: Factors, store: DynamoFactorStore, services: Services) -> None:
    """Whoever comes second must not tell the person that a factor was removed, nor remove another
    one that was added since."""
    seen = present(services)
    assert store.turn_off(on, seen)
    assert not store.turn_off(on, seen)
    assert store.enrol(APP) and store.turn_on(APP, 20, NOW + 1, CODES, ADA)

    assert not store.turn_off(on, seen)
    assert has_flag(services)


def test_it_is_not_turned_off_for_an_account_that_has_changed(
        on: Factors, store: DynamoFactorStore, services: Services) -> None:
    assert not store.turn_off(on, replace(present(services), password_version=1))

    assert store.find("ada") == on and has_flag(services)


@pytest.mark.parametrize(("step", "is_spent"), [(9, False), (10, False), (11, True), (12, True)])
def test_only_a_later_step_is_spent(on: Factors, store: DynamoFactorStore, step: int,
                                    is_spent: bool) -> None:
    assert store.spend_step(app_of(on), step, NOW + 60) is is_spent
    assert app_of(store.find("ada")).last_step == (step if is_spent else 10)


def test_a_step_is_spent_once(on: Factors, store: DynamoFactorStore) -> None:
    assert store.spend_step(app_of(on), 11, NOW + 60)
    assert not store.spend_step(app_of(on), 11, NOW + 60)


def test_a_step_of_an_app_that_was_replaced_is_not_spent(
        on: Factors, store: DynamoFactorStore, services: Services) -> None:
    """Nor once the other one is on, whose code of that step must stay good."""
    assert store.turn_off(store.find("ada"), present(services))
    another = replace(APP, secret=Sealed("another secret", "p-1"))
    store.enrol(another)
    assert not store.spend_step(app_of(on), 11, NOW + 60)
    assert store.turn_on(another, 10, NOW + 1, CODES, ADA)

    assert not store.spend_step(app_of(on), 11, NOW + 60)
    assert app_of(store.find("ada")).last_step == 10


def test_a_code_is_spent_once(on: Factors, store: DynamoFactorStore) -> None:
    assert store.spend_code(codes_of(on), 1, NOW + 60)
    assert not store.spend_code(codes_of(on), 1, NOW + 60)

    left = codes_of(store.find("ada"))
    assert (left.digests, left.last_used_at) == ({0: "0a"}, NOW + 60)


def test_a_code_of_an_older_set_is_not_spent(on: Factors, store: DynamoFactorStore) -> None:
    new = RecoveryCodes("ada", Sealed("another key", "p-1"), {0: "c0", 1: "c1"}, NOW + 9)
    assert store.replace_codes(codes_of(on), new)

    assert not store.spend_code(codes_of(on), 1, NOW + 60)
    assert codes_of(store.find("ada")) == new


def test_of_two_new_sets_at_once_one_counts(on: Factors, store: DynamoFactorStore) -> None:
    first, second = (replace(CODES, key=Sealed(f"key {number}", "p-1")) for number in (1, 2))

    assert store.replace_codes(codes_of(on), first)
    assert not store.replace_codes(codes_of(on), second)
    assert codes_of(store.find("ada")) == first


def test_turning_it_on_and_off_recognises_itself(store: DynamoFactorStore, services: Services,
                                                 wire: Wire) -> None:
    store.enrol(APP)
    wire.arm(Fault(LOST_AFTER, 0, tries=1))
    assert store.turn_on(APP, 10, NOW + 1, CODES, ADA) and wire.hit
    found, seen = store.find("ada"), present(services)
    wire.arm(Fault(LOST_AFTER, 0, tries=1))

    assert store.turn_off(found, seen) and wire.hit


def test_a_write_whose_answer_was_lost_recognises_itself(
        on: Factors, store: DynamoFactorStore, wire: Wire) -> None:
    """The SDK sends it again; the code must not count as used by somebody else."""
    wire.arm(Fault(LOST_AFTER, 0, tries=1))
    assert store.spend_step(app_of(on), 11, NOW + 60) and wire.hit
    wire.arm(Fault(LOST_AFTER, 0, tries=1))
    assert store.spend_code(codes_of(on), 0, NOW + 60) and wire.hit
    wire.arm(Fault(LOST_AFTER, 0, tries=1))
    new = replace(CODES, key=Sealed("another key", "p-1"))
    assert store.replace_codes(codes_of(on), new) and wire.hit


def test_what_is_sealed_anew_recognises_itself(on: Factors, store: DynamoFactorStore, wire: Wire
                                               ) -> None:
    new = Sealed("the same secret, sealed anew", "p-2")
    wire.arm(Fault(LOST_AFTER, 0, tries=1))

    assert store.reseal("ada", TOTP, APP.secret, new) and wire.hit
    assert app_of(store.find("ada")) == replace(app_of(on), secret=new)


def test_an_app_that_was_replaced_meanwhile_is_not_sealed_anew(on: Factors,
                                                               store: DynamoFactorStore) -> None:
    """The secret of the one before would come back."""
    assert not store.reseal("ada", TOTP, Sealed("of the app before", "p-1"),
                            Sealed("of the app before, sealed anew", "p-2"))
    assert store.find("ada") == on


def test_all_of_a_user_are_deleted_and_nothing_of_others(
        on: Factors, store: DynamoFactorStore, cloud: Cloud) -> None:
    store.enrol(replace(APP, user_id="bob"))

    store.delete_all("ada")

    assert [item["UserId"] for item in cloud.items("factors")] == ["bob"]


def test_who_has_none_costs_no_deletion(store: DynamoFactorStore, wire: Wire) -> None:
    wire.mend()

    store.delete_all("ada")

    assert wire.sent == ["Query"]
