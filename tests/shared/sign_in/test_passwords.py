"""One password has one hash, whatever its length and however its letters are composed."""

import unicodedata
from collections.abc import Callable
from dataclasses import replace
from typing import Literal

import bcrypt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.errors import Misconfigured
from shared.keys.key_ring import KeyRing
from shared.keys.peppers import Pepper, derive
from shared.password_hash import IMPORTED, PasswordHash
from shared.sign_in.passwords import Passwords
from tests.support.cloud import PEPPER_SECRET

NEW_PEPPER = "a pinch of salt, a pinch of pepper, and thirty-two characters"
CORRECT = "correct horse battery staple"


def peppers(**versions: str) -> KeyRing[Pepper]:
    return KeyRing(versions.get, derive, lambda: 0)


PASSWORDS = Passwords(peppers(AWSCURRENT=PEPPER_SECRET), cost=4)
STORED = PASSWORDS.hash(CORRECT)


def test_the_right_password_matches() -> None:
    assert PASSWORDS.matches(CORRECT, STORED)


@pytest.mark.parametrize("wrong", [
    "correct horse battery stapl", CORRECT + " ", CORRECT.upper(), "", CORRECT + "\0", "\0",
    CORRECT + "x" * 100])
def test_any_other_password_does_not(wrong: str) -> None:
    assert not PASSWORDS.matches(wrong, STORED)


@settings(max_examples=40)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=128))
def test_every_text_can_be_a_password(password: str) -> None:
    assert PASSWORDS.matches(password, PASSWORDS.hash(password))


@pytest.mark.parametrize(("password", "almost"), [
    ("a" * 128, "a" * 127 + "b"), ("\U0001f511" * 128, "\U0001f511" * 127 + "\U0001f512"),
    ("open\0sesame", "open\0window"), ("\0" * 15, "\0" * 16)],
    ids=["128 letters", "128 emoji", "NUL inside", "NUL only"])
def test_every_code_point_counts(password: str, almost: str) -> None:
    """Bare bcrypt looks at 72 bytes, and stops at a NUL."""
    stored = PASSWORDS.hash(password)

    assert PASSWORDS.matches(password, stored)
    assert not PASSWORDS.matches(almost, stored)


@pytest.mark.parametrize(("composed", "decomposed"), [
    ("caf\u00e9 cr\u00e8me", "cafe\u0301 cre\u0300me"),
    ("\uc11c\uc6b8", "\u1109\u1165\u110b\u116e\u11af"),
    ("\u212b", "\u00c5")])
def test_one_password_typed_on_two_keyboards_is_one(composed: str, decomposed: str) -> None:
    assert PASSWORDS.matches(decomposed, PASSWORDS.hash(composed))


def test_the_hash_tells_what_it_was_made_with() -> None:
    [pepper] = peppers(AWSCURRENT=PEPPER_SECRET).every()

    assert STORED.bcrypt_hash.startswith("$2b$04$")
    assert (STORED.cost, STORED.pepper_id) == (4, pepper.key_id)


def test_two_hashes_of_one_password_differ() -> None:
    assert PASSWORDS.hash(CORRECT).bcrypt_hash != STORED.bcrypt_hash


def test_without_the_pepper_the_hash_is_of_no_use() -> None:
    other = Passwords(peppers(AWSCURRENT=NEW_PEPPER), cost=4)
    [pepper] = peppers(AWSCURRENT=NEW_PEPPER).every()

    assert not other.matches(CORRECT, replace(STORED, pepper_id=pepper.key_id))


def test_no_account_never_matches() -> None:
    for password in ("", "\0", CORRECT, "." * 31):
        assert not PASSWORDS.matches(password, None)


def test_a_hash_outlives_a_rotation_of_the_pepper() -> None:
    rotated = Passwords(peppers(AWSCURRENT=NEW_PEPPER, AWSPREVIOUS=PEPPER_SECRET), cost=4)

    assert rotated.matches(CORRECT, STORED)
    assert rotated.is_outdated(CORRECT, STORED)
    assert not rotated.is_outdated(CORRECT, rotated.hash(CORRECT))


def test_a_hash_of_another_cost_is_outdated() -> None:
    dearer = Passwords(peppers(AWSCURRENT=PEPPER_SECRET), cost=5)

    assert dearer.matches(CORRECT, STORED)
    assert dearer.is_outdated(CORRECT, STORED)
    assert not PASSWORDS.is_outdated(CORRECT, STORED)


def test_with_a_pepper_that_is_gone_no_password_matches() -> None:
    """An operator has given it up; a link in a mail sets another password."""
    assert not PASSWORDS.matches(CORRECT, replace(STORED, pepper_id="long gone"))


@pytest.mark.parametrize("corrupt", [
    "", "x", "$2b$04$", "$2b$04$short", "$9z$04$" + "." * 53, "$2b$xx$" + "." * 53,
    "$2b$04$abcdefghijklm", "\u2713" * 60, "$2b$04$" + "!" * 53])
def test_a_corrupt_hash_is_our_defect(corrupt: str) -> None:
    with pytest.raises(Misconfigured, match="corrupt"):
        PASSWORDS.matches(CORRECT, replace(STORED, bcrypt_hash=corrupt))


def test_a_corrupt_end_of_a_hash_matches_nothing() -> None:
    assert not PASSWORDS.matches(CORRECT, replace(STORED, bcrypt_hash=STORED.bcrypt_hash[:-3]))


def imported(password: str) -> PasswordHash:
    return PasswordHash(bcrypt.hashpw(password.encode(), bcrypt.gensalt(4)).decode(), 4, IMPORTED)


def test_a_hash_from_another_system_is_verified_as_it_is_and_is_outdated() -> None:
    assert PASSWORDS.matches(CORRECT, imported(CORRECT))
    assert not PASSWORDS.matches("wrong", imported(CORRECT))
    assert PASSWORDS.is_outdated(CORRECT, imported(CORRECT))


@pytest.mark.parametrize("stored", [
    None, STORED, PASSWORDS.hash("another"), imported(CORRECT), imported("another"),
    replace(STORED, pepper_id="long gone")],
    ids=["nobody", "right", "wrong", "right, imported", "wrong, imported", "pepper gone"])
def test_every_answer_is_the_work_of_a_new_hash(
        stored: PasswordHash | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Quick refusals would tell who has an older hash, and a right password can be refused too:
    when its address is not verified."""
    rounds: list[int] = []

    def counted(work: Callable[[bytes, bytes], object]) -> Callable[[bytes, bytes], object]:
        def count(password: bytes, salt: bytes) -> object:
            rounds.append(1 << int(salt.split(b"$")[2]))
            return work(password, salt)
        return count

    monkeypatch.setattr(bcrypt, "checkpw", counted(bcrypt.checkpw))
    monkeypatch.setattr(bcrypt, "hashpw", counted(bcrypt.hashpw))

    Passwords(peppers(AWSCURRENT=PEPPER_SECRET), cost=7).matches(CORRECT, stored)

    assert sum(rounds) == 1 << 7


@pytest.mark.parametrize("guess", [
    "\0", CORRECT + "\0", "x" * 500, f"{CORRECT}\0{CORRECT}", "\0".join([CORRECT] * 3)])
def test_no_guess_at_an_imported_password_is_too_odd(guess: str) -> None:
    assert not PASSWORDS.matches(guess, imported(CORRECT))


@pytest.mark.parametrize(("password", "is_outdated"), [
    ("\U0001f511" * 17 + "key", True), ("\U0001f511" * 18, False), ("x" * 71, True),
    ("x" * 72, False), ("x" * 100, False)])
def test_a_password_of_which_bcrypt_saw_only_a_part_is_not_hashed_anew(
        password: str, is_outdated: bool) -> None:
    """bcrypt reads 72 bytes, so a hash of these matches also a password with another end."""
    stored = PasswordHash(bcrypt.hashpw(password.encode()[:72], bcrypt.gensalt(4)).decode(), 4,
                          IMPORTED)

    assert PASSWORDS.matches(password, stored)
    assert PASSWORDS.is_outdated(password, stored) is is_outdated
    assert not PASSWORDS.is_outdated(password, PASSWORDS.hash(password))


@pytest.mark.parametrize("length", [512, 513, 8000])
def test_no_more_is_normalised_than_an_accepted_password_can_need(
        length: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The time that normalising takes can grow with the square of the length."""
    lengths = []
    normalize = unicodedata.normalize

    def note(form: Literal["NFC"], text: str) -> str:
        lengths.append(len(text))
        return normalize(form, text)

    monkeypatch.setattr(unicodedata, "normalize", note)

    assert not PASSWORDS.matches("x" * length, STORED)

    assert lengths == ([512] if length == 512 else [])
