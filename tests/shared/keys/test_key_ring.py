"""Keys follow the staging labels of their secret, and stay when the secret cannot be read."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from shared.errors import Misconfigured, Unavailable
from shared.keys.key_ring import MAX_AGE_SECONDS, RELOAD_SECONDS, KeyRing
from tests.support.clock import Clock

OLD, NEW, NEXT = ("old " * 8, "new " * 8, "next" * 8)


@dataclass(frozen=True)
class Key:
    key_id: str


class Secret:
    """A secret whose versions carry labels; `down` labels cannot be read, `read` were."""

    def __init__(self, **versions: str) -> None:
        self.versions, self.read = versions, list[str]()
        self.down: set[str] = set()

    def fetch(self, label: str) -> str | None:
        self.read.append(label)
        if label in self.down:
            raise Unavailable
        return self.versions.get(label)


def ring(secret: Secret, clock: Clock) -> KeyRing[Key]:
    return KeyRing(secret.fetch, Key, clock)


def test_the_current_version_signs(clock: Clock) -> None:
    secret = Secret(AWSCURRENT=NEW, AWSPREVIOUS=OLD, AWSPENDING=NEXT)

    assert ring(secret, clock).newest() == Key(NEW)


def test_signing_reads_the_current_version_alone_and_once(clock: Clock) -> None:
    secret = Secret(AWSCURRENT=NEW, AWSPREVIOUS=OLD)
    keys = ring(secret, clock)

    keys.newest()
    keys.newest()

    assert secret.read == ["AWSCURRENT"]


@pytest.mark.parametrize("key_id", [OLD, NEW, NEXT])
def test_current_previous_and_pending_versions_verify(key_id: str, clock: Clock) -> None:
    keys = ring(Secret(AWSCURRENT=NEW, AWSPREVIOUS=OLD, AWSPENDING=NEXT), clock)

    assert keys.find(key_id) == Key(key_id)


def test_however_often_the_keys_are_listed_the_secret_is_looked_at_at_most_every_ten_seconds(
        clock: Clock) -> None:
    secret = Secret(AWSCURRENT=NEW, AWSPREVIOUS=OLD)
    keys = ring(secret, clock)

    keys.every()
    clock.advance(RELOAD_SECONDS - 1)
    within = keys.every()
    looks = len(secret.read)
    clock.advance(1)
    keys.every()

    assert within == [Key(NEW), Key(OLD)]
    assert (looks, len(secret.read)) == (3, 6)


def test_every_key_is_listed_the_newest_first(clock: Clock) -> None:
    keys = ring(Secret(AWSCURRENT=NEW, AWSPREVIOUS=OLD, AWSPENDING=NEXT), clock)

    assert keys.every() == [Key(NEW), Key(OLD), Key(NEXT)]


def test_a_version_with_two_labels_is_listed_once(clock: Clock) -> None:
    keys = ring(Secret(AWSCURRENT=NEW, AWSPENDING=NEW), clock)

    assert keys.every() == [Key(NEW)]


def test_a_rotation_reaches_a_warm_ring_within_its_age(clock: Clock) -> None:
    secret = Secret(AWSCURRENT=OLD)
    keys = ring(secret, clock)
    keys.newest()
    secret.versions = {"AWSCURRENT": NEW, "AWSPREVIOUS": OLD}

    clock.advance(MAX_AGE_SECONDS - 1)
    assert keys.newest() == Key(OLD)
    clock.advance(1)
    assert keys.newest() == Key(NEW)


def test_tokens_of_before_a_rotation_verify_on_a_ring_that_knows_the_new_key(
        clock: Clock) -> None:
    secret = Secret(AWSCURRENT=OLD)
    keys = ring(secret, clock)
    keys.newest()
    secret.versions = {"AWSCURRENT": NEW, "AWSPREVIOUS": OLD}
    clock.advance(MAX_AGE_SECONDS)
    keys.newest()

    assert keys.find(OLD) == Key(OLD)


def test_a_key_that_another_function_signs_with_already_is_found_at_once(clock: Clock) -> None:
    secret = Secret(AWSCURRENT=OLD)
    keys = ring(secret, clock)
    keys.newest()
    secret.versions = {"AWSCURRENT": NEW, "AWSPREVIOUS": OLD}
    clock.advance(1)

    assert keys.find(NEW) == Key(NEW)


def test_a_key_dropped_by_two_rotations_verifies_no_more(clock: Clock) -> None:
    secret = Secret(AWSCURRENT=OLD)
    keys = ring(secret, clock)
    keys.every()
    secret.versions = {"AWSCURRENT": NEXT, "AWSPREVIOUS": NEW}

    clock.advance(MAX_AGE_SECONDS)

    assert keys.find(OLD) is None


def test_unknown_key_ids_make_the_ring_look_once_in_a_while(clock: Clock) -> None:
    """However many forged ids arrive, they cost three requests in ten seconds."""
    secret = Secret(AWSCURRENT=NEW)
    keys = ring(secret, clock)

    for forged in range(1000):
        assert keys.find(f"forged-{forged}") is None
    assert len(secret.read) == 4

    clock.advance(RELOAD_SECONDS)
    keys.find("forged again")
    assert len(secret.read) == 7


@pytest.mark.parametrize("versions", [{}, {"AWSCURRENT": "x" * 31}, {"AWSCURRENT": ""}])
def test_a_missing_or_short_secret_is_refused(versions: dict[str, str], clock: Clock) -> None:
    with pytest.raises(Misconfigured):
        ring(Secret(**versions), clock).newest()


def test_a_secret_that_cannot_be_read_at_first_is_unavailable(clock: Clock) -> None:
    secret = Secret(AWSCURRENT=NEW)
    secret.down = {"AWSCURRENT"}

    with pytest.raises(Unavailable):
        ring(secret, clock).newest()


def test_the_key_at_hand_signs_on_while_the_secret_cannot_be_read(clock: Clock) -> None:
    secret = Secret(AWSCURRENT=NEW)
    keys = ring(secret, clock)
    keys.newest()
    secret.down = {"AWSCURRENT", "AWSPREVIOUS", "AWSPENDING"}
    clock.advance(MAX_AGE_SECONDS)

    assert keys.newest() == Key(NEW)
    clock.advance(RELOAD_SECONDS - 1)
    for _ in range(100):
        assert keys.newest() == Key(NEW)
    assert len(secret.read) == 2, "it asks again after the reload interval only"
    secret.down, secret.versions = set(), {"AWSCURRENT": NEXT}
    clock.advance(1)
    assert keys.newest() == Key(NEXT), "and then it does ask"


def test_the_keys_at_hand_verify_on_while_the_secret_cannot_be_read(clock: Clock) -> None:
    secret = Secret(AWSCURRENT=NEW, AWSPREVIOUS=OLD)
    keys = ring(secret, clock)
    keys.every()
    secret.down = {"AWSCURRENT", "AWSPREVIOUS", "AWSPENDING"}

    clock.advance(MAX_AGE_SECONDS)

    assert keys.find(NEW) == Key(NEW)
    assert keys.find(OLD) == Key(OLD)


def test_a_look_that_fails_half_way_forgets_no_key(clock: Clock) -> None:
    secret = Secret(AWSCURRENT=NEW, AWSPREVIOUS=OLD)
    keys = ring(secret, clock)
    keys.every()
    clock.advance(RELOAD_SECONDS)
    secret.down = {"AWSPREVIOUS"}
    with pytest.raises(Unavailable):
        keys.find("unheard of")

    assert keys.find(OLD) == Key(OLD)


@pytest.mark.parametrize("label", ["AWSCURRENT", "AWSPREVIOUS", "AWSPENDING"])
def test_keys_that_were_listed_are_listed_on_while_a_version_cannot_be_read(clock: Clock, label: str
                                                                            ) -> None:
    secret = Secret(AWSCURRENT=OLD, AWSPENDING=NEW)
    keys = ring(secret, clock)
    assert keys.every() == [Key(OLD), Key(NEW)]
    secret.versions, secret.down = {"AWSCURRENT": NEW, "AWSPREVIOUS": OLD}, {label}
    clock.advance(RELOAD_SECONDS)

    newest_first = [Key(NEW), Key(OLD)] if label != "AWSCURRENT" else [Key(OLD), Key(NEW)]
    for _ in range(100):
        assert keys.every() == newest_first
    assert len(secret.read) <= 6, "nor does it turn into load"
    secret.down = set()
    clock.advance(RELOAD_SECONDS)
    assert keys.every() == [Key(NEW), Key(OLD)]


def test_keys_that_could_not_be_read_whole_are_never_listed(clock: Clock) -> None:
    """The list is published: a key that is not in it makes good tokens fail elsewhere."""
    secret = Secret(AWSCURRENT=NEW, AWSPREVIOUS=OLD)
    keys = ring(secret, clock)
    secret.down = {"AWSPREVIOUS"}

    for _ in range(2):
        with pytest.raises(Unavailable):
            keys.every()
        clock.advance(RELOAD_SECONDS)
    secret.down = set()
    assert keys.every() == [Key(NEW), Key(OLD)]


@pytest.mark.parametrize("label", ["AWSCURRENT", "AWSPREVIOUS", "AWSPENDING"])
def test_keys_that_were_never_read_whole_are_not_fetched_for_everybody_who_asks(
        clock: Clock, label: str) -> None:
    """Anybody may ask for the list, and Secrets Manager may be throttling us already."""
    secret = Secret(AWSCURRENT=NEW, AWSPREVIOUS=OLD)
    keys = ring(secret, clock)
    secret.down = {label}

    with pytest.raises(Unavailable):
        keys.every()
    looked = len(secret.read)
    clock.advance(RELOAD_SECONDS - 1)
    for _ in range(100):
        with pytest.raises(Unavailable):
            keys.every()
    assert len(secret.read) == looked
    secret.down = set()
    clock.advance(1)
    assert keys.every() == [Key(NEW), Key(OLD)]


@pytest.mark.parametrize("label", ["AWSPREVIOUS", "AWSPENDING"])
def test_a_list_that_failed_takes_nothing_from_who_signs_and_verifies(clock: Clock, label: str
                                                                      ) -> None:
    secret = Secret(AWSCURRENT=NEW, AWSPREVIOUS=OLD)
    keys = ring(secret, clock)
    secret.down = {label}
    with pytest.raises(Unavailable):
        keys.every()

    assert (keys.newest(), keys.find(NEW)) == (Key(NEW), Key(NEW))
    secret.down = set()
    clock.advance(RELOAD_SECONDS)
    assert keys.find(OLD) == Key(OLD)


def test_a_key_at_hand_is_good_for_its_age_without_another_look(clock: Clock) -> None:
    secret = Secret(AWSCURRENT=NEW, AWSPREVIOUS=OLD)
    keys = ring(secret, clock)
    keys.every()
    secret.versions = {"AWSCURRENT": NEW}

    clock.advance(MAX_AGE_SECONDS - 1)
    assert keys.find(OLD) == Key(OLD)
    assert len(secret.read) == 3
    clock.advance(1)
    assert keys.find(OLD) is None


def test_after_a_look_that_failed_a_key_at_hand_is_looked_up_again_soon(clock: Clock) -> None:
    secret = Secret(AWSCURRENT=NEW, AWSPREVIOUS=OLD)
    keys = ring(secret, clock)
    keys.every()
    clock.advance(RELOAD_SECONDS)
    secret.down = {"AWSPENDING"}
    with pytest.raises(Unavailable):
        keys.find("unheard of")
    secret.versions, secret.down = {"AWSCURRENT": NEW}, set()

    clock.advance(RELOAD_SECONDS - 1)
    assert keys.find(OLD) == Key(OLD)
    clock.advance(1)
    assert keys.find(OLD) is None


def test_an_id_that_cannot_be_looked_up_is_not_called_forged(clock: Clock) -> None:
    """A token of before the rotation is good; refusing it would sign its owner out."""
    secret = Secret(AWSCURRENT=NEW, AWSPREVIOUS=OLD)
    secret.down = {"AWSPREVIOUS"}
    keys = ring(secret, clock)

    for _ in range(100):
        with pytest.raises(Unavailable):
            keys.find(OLD)
    assert len(secret.read) == 3, "nor does it turn into load"


def test_the_key_that_has_just_been_replaced_verifies_while_its_version_cannot_be_read(
        clock: Clock) -> None:
    secret = Secret(AWSCURRENT=OLD)
    keys = ring(secret, clock)
    keys.newest()
    secret.versions, secret.down = {"AWSCURRENT": NEW, "AWSPREVIOUS": OLD}, {"AWSPREVIOUS"}

    clock.advance(MAX_AGE_SECONDS)

    assert keys.find(OLD) == Key(OLD)


def test_keys_come_back_with_the_secret(clock: Clock) -> None:
    secret = Secret(AWSCURRENT=NEW, AWSPREVIOUS=OLD)
    secret.down = {"AWSPREVIOUS"}
    keys = ring(secret, clock)
    with pytest.raises(Unavailable):
        keys.find(OLD)
    secret.down = set()

    clock.advance(RELOAD_SECONDS)

    assert keys.find(OLD) == Key(OLD)


@pytest.mark.parametrize("seconds_before", [0, RELOAD_SECONDS, MAX_AGE_SECONDS - 1])
@pytest.mark.parametrize("look", [KeyRing.newest, KeyRing.every,
                                  lambda keys: keys.find(OLD), lambda keys: keys.find(NEXT)],
                         ids=["newest", "every", "find", "find another"])
def test_a_key_without_a_label_is_forgotten_within_five_minutes(
        look: Callable[[KeyRing[Key]], object], seconds_before: int, clock: Clock) -> None:
    """Whatever was looked up before it lost its label, and however long before."""
    secret = Secret(AWSCURRENT=OLD, AWSPENDING=NEXT)
    keys = ring(secret, clock)
    keys.every()
    clock.advance(seconds_before)
    look(keys)
    secret.versions = {"AWSCURRENT": NEW}

    clock.advance(MAX_AGE_SECONDS)

    assert (keys.find(OLD), keys.find(NEXT), keys.find(NEW)) == (None, None, Key(NEW))
