"""Which of the languages that there are somebody gets."""

from collections.abc import Collection, Iterable

DEFAULT = "en"
# Browsers send far fewer languages, and tags of far fewer subtags.
MOST = 32


def accepted(header: str) -> list[str]:
    """Return the ranges of an Accept-Language header, the most wanted first (RFC 9110 sections
    12.4.2 and 12.5.4). Those that are not wanted, or not well-formed, are left out."""
    wanted = []
    for part in header.split(",", MOST)[:MOST]:
        tag, _, weight = part.partition(";")
        if quality := _quality(weight.strip()):
            wanted.append((quality, tag.strip()))
    return [tag for _, tag in sorted(wanted, key=lambda pair: -pair[0])]


def _quality(weight: str) -> float:
    """Return what `q=0.8` says, 1 for nothing, and 0 for what is none."""
    name, _, number = weight.partition("=")
    whole, _, fraction = number.partition(".")
    if not weight:
        return 1
    if (name.lower() == "q" and whole in ("0", "1") and len(fraction) <= 3
            and (fraction.isascii() and fraction.isdecimal() or not fraction)):
        return min(float(number), 1)
    return 0


def best(wanted: Iterable[str], there: Collection[str]) -> str:
    """Return the tag of `there` that a lookup finds for the first range for which it finds one
    (RFC 4647 section 3.4: de-AT finds de), or the default. Where there is no such tag, another one
    of the same language will do: pt-PT finds pt-BR."""
    by_name = {tag.lower(): tag for tag in there}
    by_language = {tag.lower().partition("-")[0]: tag for tag in sorted(there, reverse=True)}
    for tag in wanted:
        subtags = tag.lower().split("-", MOST)[:MOST]
        while subtags:
            if found := by_name.get("-".join(subtags)):
                return found
            subtags.pop()
            if subtags and len(subtags[-1]) == 1:
                subtags.pop()
        if found := by_language.get(tag.lower().partition("-")[0]):
            return found
    return DEFAULT
