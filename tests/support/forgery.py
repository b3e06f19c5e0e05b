"""A token of ours whose signature is not ours any more, whatever the token is."""

from base64 import urlsafe_b64decode, urlsafe_b64encode


def with_another_signature(token: str) -> str:
    """Return `token` with one bit of its signature flipped.

    Characters put in the place of others can be the same by chance, or decode to stray bits
    and be refused for their spelling; a flipped bit is always another, well-spelt signature.
    """
    signed, _, signature = token.rpartition(".")
    octets = bytearray(urlsafe_b64decode(signature + "=" * (-len(signature) % 4)))
    octets[-1] ^= 1
    return f"{signed}.{urlsafe_b64encode(octets).rstrip(b'=').decode('ascii')}"
