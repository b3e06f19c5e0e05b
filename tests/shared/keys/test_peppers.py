"""One secret, and a key of its own for each purpose."""

import hmac

from shared.keys.peppers import Pepper, derive

SECRET = "a pinch of salt, a pinch of pepper, and thirty-two characters"


def test_every_function_derives_the_same_keys_whenever_it_was_delivered() -> None:
    """Hashes and tallies outlive a delivery, and functions are delivered one by one."""
    def key(purpose: str) -> bytes:
        return hmac.new(SECRET.encode(), purpose.encode(), "sha384").digest()

    assert derive(SECRET) == Pepper(
        key("session-api pepper id").hex()[:16], key("session-api password"),
        key("session-api attempts subject"))


def test_no_key_serves_two_purposes() -> None:
    pepper = derive(SECRET)

    assert len({pepper.key_id, pepper.password_key, pepper.subject_key}) == 3
    assert not pepper.password_key.hex().startswith(pepper.key_id)
