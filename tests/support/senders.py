"""Senders of mail, good and bad: one table for the functions and for osls."""

# What is given, the address in it, and the sender as Amazon SES is handed it.
GOOD_SENDERS = {
    "no-reply@example.org": ("no-reply@example.org", "no-reply@example.org"),
    "<no-reply@example.org>": ("no-reply@example.org", "no-reply@example.org"),
    "Example <no-reply@example.org>": (
        "no-reply@example.org", "Example <no-reply@example.org>"),
    "Example, Inc. <no-reply@example.org>": (
        "no-reply@example.org", '"Example, Inc." <no-reply@example.org>'),
    '"Example, Inc." <no-reply@example.org>': (
        "no-reply@example.org", '"Example, Inc." <no-reply@example.org>'),
    'Say "hi" @ home <hi@example.org>': (
        "hi@example.org", '"Say \\"hi\\" @ home" <hi@example.org>'),
    "Cash $5 <a.b+c@mail.example.org>": (
        "a.b+c@mail.example.org", "Cash $5 <a.b+c@mail.example.org>"),
    "Zo\u00eb <no-reply@example.org>": (
        "no-reply@example.org", "=?utf-8?q?Zo=C3=AB?= <no-reply@example.org>"),
    # An encoded word has 75 characters at most (RFC 2047 section 2).
    "\u65e5\u672c\u8a9e" * 8 + " <no-reply@example.org>": (
        "no-reply@example.org",
        "=?utf-8?b?5pel5pys6Kqe5pel5pys6Kqe5pel5pys6Kqe5pel5pys6Kqe5pel5pys6Kqe5pel?= "
        "=?utf-8?b?5pys6Kqe5pel5pys6Kqe5pel5pys6Kqe?= <no-reply@example.org>"),
}
BAD_SENDERS = (
    "Example", "example.org", "@example.org", "no-reply@", "no-reply@example",
    "no-reply@example.org>", "Name <no-reply@example.org", "Name <<no-reply@example.org>>",
    "Name <no-reply@example.org> x", "Name <>", "Name no-reply@example.org",
    "a@example.org, b@example.org", "<a@example.org> <b@example.org>",
    "no-r\u00e9ply@example.org", "no-reply@m\u00fcnchen.de", "Name <no-r\u00e9ply@example.org>",
    "*@example.org", "a?@example.org", "a b@example.org", "a..b@example.org", ".a@example.org",
    "a@b@example.org", "a@example..org", "a@-example.org", "a@example.org.", "a@*.example.org",
    "a${AWS::Region}@example.org", "a$@example.org", "{a}@example.org", "Name <${a}@example.org>",
    "Na\nme <no-reply@example.org>", "no-reply@example.org\n", "")
