"""PARAMS: values that a deployment sets in place of those in serverless.yml or
aws-vpc.template."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from scripts import serverless_yml
from scripts.checkout import Refused

# The tools that look for a stage or for its zips read no PARAMS.
SAID_ELSEWHERE = {
    "region": "Say the region with REGION, or write it into serverless.yml",
    "target": "Say the folder of the zips with DIST",
}
# Only serverless.yml sets this one, which tells a stage from a misspelt one.
NEVER_SAID = "stageIsKnown"


def named(words: Sequence[str]) -> dict[str, str]:
    """Return the values by name, or raise Refused; a word is NAME=VALUE."""
    for word in words:
        name, equals, _ = word.partition("=")
        if not (name and equals):
            raise Refused(f"{word} is not NAME=VALUE. A value with a space in it cannot be given "
                          "in PARAMS.")
    return dict(word.split("=", 1) for word in words)


def require_known(parameters: Mapping[str, str]) -> None:
    """Raise Refused unless serverless.yml knows these names; osls ignores others."""
    sections = serverless_yml.load()["params"].values()
    known = sorted({name for section in sections for name in section}
                   - {NEVER_SAID, *SAID_ELSEWHERE})
    for name, value in parameters.items():
        if name in SAID_ELSEWHERE:
            raise Refused(f"{name} cannot be given in PARAMS. {SAID_ELSEWHERE[name]}.")
        if name not in known:
            raise Refused(f"serverless.yml has no parameter {name}; {_advice(name, known)}")
        if not value:
            raise Refused(f"{name} has no value. osls takes no empty one: write it into "
                          "serverless.yml under the stage.")


def _advice(name: str, known: Sequence[str]) -> str:
    for close in get_close_matches(name, known, 1):
        return f"did you mean {close}?"
    return f"it has {', '.join(known)}."
