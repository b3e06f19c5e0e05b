"""The sender of mail that a stage is given: an address, or Name <address>.

scripts/osls/mail.js holds a deployment to the same rules.
"""

import re

# RFC 5322 section 3.2.3, without what means something in the ARN of a policy or to CloudFormation.
_ATOM = r"[A-Za-z0-9!#%&'+/=^_`|~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_ADDRESS = rf"({_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})+)"
_SENDER = rf"(?:([^<>\x00-\x1f\x7f-\x9f]*)<{_ADDRESS}>|{_ADDRESS})"
_QUOTED = r'"((?:[^"\\]|\\.)*)"'


def split_sender(text: str) -> tuple[str, str] | None:
    """Return the name, which may be empty, and the address; None if Amazon SES takes no mail of
    `text`. Quotes around the whole name are not part of it."""
    match = re.fullmatch(_SENDER, text)
    if match is None:
        return None
    name = (match[1] or "").strip()
    quoted = re.fullmatch(_QUOTED, name)
    return re.sub(r"\\(.)", r"\1", quoted[1]) if quoted else name, match[2] or match[3]
