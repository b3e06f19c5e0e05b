"""One secret, and a key of its own for each purpose."""

from shared.keys.peppers import Pepper, derive


def test_every_function_derives_the_same_keys_whenever_it_was_delivered() -> None:
    """Hashes and tallies outlive a delivery, and functions are delivered one by one. The keys
    were computed once, by this code."""
    assert derive("a pinch of salt, a pinch of pepper, and thirty-two characters") == Pepper(
        key_id="ce4dfba00b47bbc9",
        password_key=bytes.fromhex(
            "5e96a70dfe9e1161e7f8a5a925b756f24eda7d3d340108f5"
            "5afeb4990fc4d25eec3bac4482d9e9580e281d6e0d7747ac"),
        subject_key=bytes.fromhex(
            "e2846d77f0b2b0a05ecaea1a57cbcd6e214b5101500c7713"
            "c040f67ddd83170acb9052ecb38658f00be394e331ede70a"),
        factor_key=bytes.fromhex(
            "8678082769ca574901c78e745ce00915ea5bed45577e324f9251ba819cb5b659"))
