"""The factors table: each code is spent by one write, whatever is sent twice."""

from dataclasses import replace

import pytest

from shared.errors import UserExists
from shared.factors.factors import TOTP, Factors, RecoveryCodes, Sealed, Totp
from shared.factors.passkeys import MOST_PASSKEYS, Passkey, passkey_factor_id
from shared.identities import EMAIL_ADDRESS, Account, Identity
from shared.password_hash import PasswordHash
from shared.stores.factors import DynamoFactorStore
from shared.wiring.services import Services
from tests.support.clock import NOW
from tests.support.cloud import Cloud
from tests.support.failures import LOST_AFTER, Fault
from tests.support.wire import Wire, break_off

ADA = Identity(EMAIL_ADDRESS, "ada@example.org", "ada", None, NOW)
APP = Totp("ada", Sealed("a sealed secret", "p-1"), NOW)
CODES = RecoveryCodes("ada", Sealed("a sealed key", "p-1"), {0: "0a", 1: "1b"}, NOW + 1)

KEY = Passkey("ada", "a-credential-id", "a-public-key", "example.org", "Passkey", NOW, 0,
              is_synced=True, is_backed_up=False, transports=("hybrid", "internal"))
BOB = Identity(EMAIL_ADDRESS, "bob@example.org", "bob", None, NOW, verified=True,
               second_factor="f-1")


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
    assert store.enrol(APP)
    assert store.turn_on(APP, 20, NOW + 1, CODES, present(services))

    assert not store.turn_off(on, seen)
    assert has_flag(services)


def test_nothing_is_added_to_what_was_read_before_a_factor_came_and_went(
        on: Factors, store: DynamoFactorStore, services: Services) -> None:
    """Else a request that was sent twice would bring back what was removed in between."""
    assert store.turn_off(on, present(services))
    assert store.enrol(APP)

    assert not store.turn_on(APP, 20, NOW + 1, CODES, ADA)
    assert present(services).factors_id != ADA.factors_id


NEW_PASSWORD = PasswordHash("$2b$04$new", 4, "p-1")


@pytest.fixture
def strangers(services: Services, store: DynamoFactorStore) -> Factors:
    """Ada's account has a passkey, and the codes that came with it."""
    assert store.add_passkey(KEY, CODES, ADA)
    return store.find("ada")


def test_passkeys_go_with_a_new_password_or_none_does(
        strangers: Factors, store: DynamoFactorStore, services: Services) -> None:
    seen = present(services)
    assert store.start_over(strangers, replace(seen, second_factor="another"), NEW_PASSWORD, NOW
                            ) is None
    assert store.find("ada") == strangers and present(services) == seen

    assert store.start_over(strangers, seen, NEW_PASSWORD, NOW) == ""

    assert store.find("ada") == Factors()
    found = present(services)
    assert found == replace(seen, password=NEW_PASSWORD, password_version=1, verified=True,
                            second_factor="", turned_off=found.turned_off)
    assert found.turned_off not in ("", seen.second_factor)


def test_an_app_stays_when_passkeys_go(on: Factors, store: DynamoFactorStore, services: Services
                                       ) -> None:
    assert store.add_passkey(KEY, None, present(services))
    seen = present(services)

    left = store.start_over(store.find("ada"), seen, NEW_PASSWORD, NOW)

    assert store.find("ada") == on
    assert left == present(services).second_factor and left not in (None, "", seen.second_factor)


def test_a_new_password_whose_answer_was_lost_is_recognised(
        strangers: Factors, store: DynamoFactorStore, services: Services, wire: Wire) -> None:
    seen = present(services)
    wire.arm(Fault(LOST_AFTER, 0, tries=1))

    assert store.start_over(strangers, seen, NEW_PASSWORD, NOW) == "" and wire.hit
    assert store.find("ada") == Factors()


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
    assert store.turn_on(another, 10, NOW + 1, CODES, present(services))

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


# Passkeys.


@pytest.fixture
def keyed(store: DynamoFactorStore) -> Passkey:
    """Ada has a passkey."""
    assert store.add_passkey(KEY, CODES, ADA)
    return KEY


def used(seen: Passkey, ticket: str = "t-1.99") -> Passkey:
    return replace(seen, counter=seen.counter + 1, last_used_at=NOW + 60, is_backed_up=True,
                   tickets=(*seen.tickets, ticket))


def test_a_passkey_that_is_added_is_found(keyed: Passkey, store: DynamoFactorStore,
                                          services: Services) -> None:
    assert store.find("ada") == Factors(None, CODES, (KEY,))
    assert store.find_passkey("ada", KEY.credential_id) == KEY
    assert has_flag(services)


def test_nobody_else_has_the_passkey(keyed: Passkey, store: DynamoFactorStore) -> None:
    assert store.find_passkey("bob", KEY.credential_id) is None
    assert store.find_passkey("ada", "another-id") is None


def test_an_id_of_1023_bytes_fits(store: DynamoFactorStore) -> None:
    long = replace(KEY, credential_id="x" * 1364)

    assert store.add_passkey(long, CODES, ADA)
    assert store.find_passkey("ada", long.credential_id) == long


def test_passkeys_are_in_the_order_in_which_they_were_added(
        keyed: Passkey, store: DynamoFactorStore, services: Services) -> None:
    for number in (3, 1, 2):
        assert store.add_passkey(replace(KEY, credential_id=f"id-{number}",
                                         created_at=NOW + number), None, present(services))

    assert [passkey.credential_id for passkey in store.find("ada").passkeys] == [
        KEY.credential_id, "id-1", "id-2", "id-3"]


def test_a_passkey_is_added_once(keyed: Passkey, store: DynamoFactorStore, services: Services
                                 ) -> None:
    again = replace(KEY, name="Another", public_key="another key")

    for seen in ADA, present(services):
        assert not store.add_passkey(again, None, seen)
    assert store.find("ada") == Factors(None, CODES, (KEY,))


def test_nothing_is_added_beside_another_change(keyed: Passkey, store: DynamoFactorStore,
                                                services: Services) -> None:
    """The recovery codes of both would be shown, and those of one be good."""
    other = replace(KEY, credential_id="another-id")

    assert not store.add_passkey(other, CODES, ADA)
    assert not store.add_passkey(other, None, replace(present(services), password_version=1))
    assert store.find("ada").passkeys == (KEY,)


def test_each_change_makes_the_second_factor_another_one(
        keyed: Passkey, store: DynamoFactorStore, services: Services) -> None:
    """So that nothing that was begun before goes on after it."""
    seen = [present(services).second_factor]
    other = replace(KEY, credential_id="another-id")
    store.add_passkey(other, None, present(services))
    seen.append(present(services).second_factor)
    store.remove(passkey_factor_id(other.passkey_id), present(services))
    seen.append(present(services).second_factor)

    assert len(set(seen)) == 3 and all(seen)


def test_the_use_of_a_passkey_is_kept(keyed: Passkey, store: DynamoFactorStore) -> None:
    assert store.use_passkey(KEY, used(KEY))

    assert store.find("ada").passkeys == (used(KEY),)


def test_a_passkey_is_used_as_it_was_seen(keyed: Passkey, store: DynamoFactorStore) -> None:
    """Neither a counter nor a ticket is lost to another use at the same time."""
    assert store.use_passkey(KEY, used(KEY))

    assert not store.use_passkey(KEY, used(KEY, "t-2.99"))
    first = used(KEY)
    for stale in (replace(first, counter=7), replace(first, tickets=()),
                  replace(first, tickets=("t-3.99",)), replace(first, public_key="another key")):
        assert not store.use_passkey(stale, used(stale, "t-2.99"))
    assert store.find("ada").passkeys == (first,)
    assert store.use_passkey(first, used(first, "t-2.99"))


def test_one_that_counts_nothing_is_used_once_for_a_ticket_all_the_same(
        keyed: Passkey, store: DynamoFactorStore) -> None:
    def still(ticket: str) -> Passkey:
        return replace(KEY, tickets=(ticket,), last_used_at=NOW)

    assert store.use_passkey(KEY, still("t-1.99"))
    assert not store.use_passkey(KEY, still("t-2.99"))


def test_one_that_is_gone_is_not_brought_back(keyed: Passkey, store: DynamoFactorStore,
                                              services: Services) -> None:
    store.turn_off(store.find("ada"), present(services))

    assert not store.use_passkey(KEY, used(KEY))
    assert store.rename_passkey("ada", KEY.passkey_id, "Mine") is None
    assert store.find("ada") == Factors()


def test_a_name_changes_nothing_else(keyed: Passkey, store: DynamoFactorStore) -> None:
    store.use_passkey(KEY, used(KEY))

    assert store.rename_passkey("ada", KEY.passkey_id, "Mine") == replace(used(KEY), name="Mine")
    assert store.find("ada").passkeys == (replace(used(KEY), name="Mine"),)
    assert store.use_passkey(used(KEY), used(used(KEY), "t-2.99")), "whatever its name was"


def test_one_of_several_factors_is_removed(keyed: Passkey, store: DynamoFactorStore,
                                           services: Services) -> None:
    other = replace(KEY, credential_id="another-id")
    store.add_passkey(other, None, present(services))

    assert store.remove(passkey_factor_id(KEY.passkey_id), present(services))

    assert store.find("ada") == Factors(None, CODES, (other,))
    assert has_flag(services)


def test_nothing_is_removed_for_an_account_that_has_changed(
        keyed: Passkey, store: DynamoFactorStore, services: Services) -> None:
    for seen in (ADA, replace(present(services), password_version=1)):
        assert not store.remove(passkey_factor_id(KEY.passkey_id), seen)
    assert store.find("ada").passkeys == (KEY,)


def test_all_passkeys_go_when_it_is_turned_off(keyed: Passkey, store: DynamoFactorStore,
                                               services: Services, cloud: Cloud) -> None:
    for number in range(MOST_PASSKEYS - 1):
        store.add_passkey(replace(KEY, credential_id=f"id-{number}"), None, present(services))
    assert store.enrol(APP)

    assert store.turn_off(store.find("ada"), present(services))
    assert cloud.items("factors") == [] and not has_flag(services)


def test_one_that_was_added_meanwhile_keeps_it_on(keyed: Passkey, store: DynamoFactorStore,
                                                  services: Services) -> None:
    seen, identity = store.find("ada"), present(services)
    store.add_passkey(replace(KEY, credential_id="another-id"), None, identity)

    assert not store.turn_off(seen, identity)
    assert len(store.find("ada").passkeys) == 2 and has_flag(services)


def test_an_account_is_made_with_its_passkey(services: Services) -> None:
    store = services.factor_store
    made = Factors(None, replace(CODES, user_id="bob"), (replace(KEY, user_id="bob"),))
    account, identity = Account("bob", BOB.name, NOW), BOB

    store.create(account, identity, made)

    assert store.find("bob") == made
    assert services.identity_store.find(EMAIL_ADDRESS, BOB.name) == BOB
    assert services.user_store.find("bob") == account


def test_a_taken_name_or_id_makes_nothing(store: DynamoFactorStore, services: Services,
                                          cloud: Cloud) -> None:
    bobs = Factors(None, None, (replace(KEY, user_id="bob"),))
    with pytest.raises(UserExists):
        store.create(Account("bob", ADA.name, NOW), replace(BOB, name=ADA.name), bobs)
    with pytest.raises(UserExists):
        store.create(Account("ada", BOB.name, NOW), replace(BOB, user_id="ada"), bobs)

    assert cloud.items("factors") == [] and len(cloud.items("users")) == 1


def test_each_write_of_passkeys_recognises_itself(store: DynamoFactorStore, services: Services,
                                                  wire: Wire) -> None:
    """The SDK sends it again once its answer was lost; it must not count as somebody else's."""
    other = replace(KEY, credential_id="another-id")

    def lose() -> None:
        wire.arm(Fault(LOST_AFTER, 0, tries=1))

    lose()
    assert store.add_passkey(KEY, CODES, ADA) and wire.hit
    seen = present(services)
    lose()
    assert store.add_passkey(other, None, seen) and wire.hit
    lose()
    assert store.use_passkey(KEY, used(KEY)) and wire.hit
    lose()
    assert store.rename_passkey("ada", KEY.passkey_id, "Mine") and wire.hit
    seen = present(services)
    lose()
    assert store.remove(passkey_factor_id(other.passkey_id), seen) and wire.hit
    factors, seen = store.find("ada"), present(services)
    lose()
    assert store.turn_off(factors, seen) and wire.hit
    assert store.find("ada") == Factors() and not has_flag(services)


def test_the_making_of_an_account_recognises_itself(services: Services, wire: Wire) -> None:
    wire.arm(Fault(LOST_AFTER, 0, tries=1))

    services.factor_store.create(Account("bob", BOB.name, NOW), BOB,
                                 Factors(None, None, (replace(KEY, user_id="bob"),)))

    assert wire.hit and len(services.factor_store.find("bob").passkeys) == 1


def test_a_retry_takes_no_change_of_others_for_its_own(
        keyed: Passkey, store: DynamoFactorStore, services: Services, wire: Wire) -> None:
    """Its first try never arrived, and another request has come first."""
    other, third = (replace(KEY, credential_id=name) for name in ("another-id", "a-third-id"))
    seen = present(services)
    wire.before("TransactWriteItems", break_off,
                lambda: store.add_passkey(third, None, seen))

    assert not store.add_passkey(other, None, seen)
    seen = present(services)
    wire.before("TransactWriteItems", break_off,
                lambda: store.remove(passkey_factor_id(third.passkey_id), seen))
    assert not store.remove(passkey_factor_id(KEY.passkey_id), seen)
    assert store.find("ada").passkeys == (KEY,)


def test_passkeys_have_no_secret_that_is_sealed(keyed: Passkey, store: DynamoFactorStore) -> None:
    """So the operators' tool, which seals anew, passes them over."""
    assert [factor_id for _, factor_id, _ in store.every()] == ["recovery"]


def test_passkeys_are_deleted_with_the_user(keyed: Passkey, store: DynamoFactorStore,
                                            cloud: Cloud) -> None:
    store.delete_all("ada")

    assert cloud.items("factors") == []
