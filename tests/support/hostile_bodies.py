"""Bodies that no route takes, whatever it asks for."""

# Answered 400; None is no body at all.
MALFORMED = (
    None, "", "{", "[]", "null", '"text"', '{"email": "a@x.org", "email": "b@x.org"}',
    '{"email": NaN}', '{"email": "\\ud800"}', "[" * 8000, '{"a":' * 1600,
    '{"n": %s}' % ("9" * 8000),
    '\ufeff{}', '{"__proto__": {}}', '{"email": {"$ne": null}}')
# Answered 400 by every route but those of TAKES_NOTHING.
NOTHING = "{}"
TAKES_NOTHING = {("DELETE", "/user"), ("POST", "/session/passkey/options")}
# Bytes that are no text, answered 400. API Gateway passes them on in base64.
NO_TEXT = b"\xff\xfe{}"
# Answered 413.
TOO_LARGE = '{"a": "%s"}' % ("x" * 9 * 1024)
# Of what is no JSON in UTF-8, answered 415.
MEDIA_TYPES = ("", "text/plain", "application/x-www-form-urlencoded",
               "application/json; charset=latin-1")
