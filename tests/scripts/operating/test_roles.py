"""Roles are few, short and in order, or they are refused with the bound."""

import pytest

from scripts.operating.roles import BadRoles, checked

A_ROLE_IS = "A role is 1 to 32 letters, digits, dots, underscores, colons and dashes."


def test_roles_are_in_order_and_each_is_there_once() -> None:
    assert checked(["billing:read", "analyst", "Admin-2", "analyst"]) == (
        "Admin-2", "analyst", "billing:read")
    assert checked([]) == ()


@pytest.mark.parametrize("role", ["r", "r" * 32, "A.z_0:9-"])
def test_a_role_is_of_plain_characters(role: str) -> None:
    assert checked([role]) == (role,)


@pytest.mark.parametrize("role", [
    "", "r" * 33, "two words", "line\n", "a,b", "a/b", "\u0661", "\u00e9", "r\x00"])
def test_what_is_no_role_is_refused(role: str) -> None:
    """A blank would be read back as the end of one role and the beginning of the next."""
    with pytest.raises(BadRoles) as refusal:
        checked(["analyst", role])

    assert str(refusal.value) == A_ROLE_IS


def test_a_person_has_at_most_sixteen_roles() -> None:
    sixteen = [f"role-{number:02}" for number in range(16)]

    assert checked([*sixteen, "role-00"]) == tuple(sixteen)
    with pytest.raises(BadRoles, match=r"^A person has at most 16 roles\.$"):
        checked([*sixteen, "role-16"])
