"""Origins, issuers, addresses of links and logos, and names, good and bad: one table for the
functions, which read them at start, and for osls, which refuses them before a deployment."""

GOOD_ORIGINS = (
    "https://a.example.org", "https://example.org", "http://localhost:3000", "http://127.0.0.1",
    "https://a.example.org:8443", "http://a.example.org:443", "http://[::1]:8080",
    "https://xn--mnchen-3ya.de", "https://a_b.example.org", "https://a.example.org:65535",
    "capacitor://localhost", "chrome-extension://abcdefghijklmnop")
BAD_ORIGINS = (
    "https://a.example.org/", "https://a.example.org/app", "https://B.example.org",
    "HTTPS://a.example.org", "a.example.org", "//a.example.org", "https://*.example.org", "*",
    "https://*", "https://a.example.org:443", "http://a.example.org:80", "https://a.example.org:",
    "https://a.example.org:08443", "https://a.example.org:65536", "https://a.example.org:x",
    "https://u@a.example.org", "https://a.example.org?x", "https://a.example.org#x",
    "https://m\u00fcnchen.de", "https://a..example.org", "https://a.example.org.", "https://",
    "https:a.example.org", "https:/a.example.org", "null", "https://a.example.org\n",
    "https://a b.example.org", "https://::1", "file://", "https://\u212aoms.org",
    "https://\u017fession.org", "")
GOOD_ISSUERS = (
    "https://s.example.org", "https://s.example.org:8443", "https://s.example.org/Prod/v1",
    "https://a1b2.execute-api.us-west-2.amazonaws.com/dev", "https://s.example.org/a%20b")
BAD_ISSUERS = (
    "http://s.example.org", "s.example.org", "https://s.example.org/", "https://s.example.org/a/",
    "https://S.example.org", "HTTPS://s.example.org", "https://s.example.org:443",
    "https://s.example.org:443/dev", "https://s.example.org:65536", "https://a b",
    "https://a?x#y", "https://a/b?x", "https://a/b#x", "https://a/b c", "https://a/b\\c",
    "https://a/<b>",
    "https://u@a", "https://a/m\u00fcnchen", "https://\u212aoms.org/dev", "https://",
    "https:///dev", "https://a/b\n", "")
GOOD_LINKS = (
    "https://x.org", "https://x.org/", "https://x.org/account", "https://x.org/a/b%20c/d.html",
    "https://X.org:8443/A", "HTTPS://x.org", "https://x.org:443", "http://127.0.0.1:8080",
    "http://localhost/app", "http://[::1]:3000", "https://x.org/a[b]~c@d:e",
    "https://192.168.0.2:3000")
BAD_LINKS = (
    "http://x.org", "http://192.168.0.2:3000", "http://localhost.x.org", "x.org", "ftp://x.org",
    "https://x.org?x", "https://x.org/?page=verify", "https://x.org/#/verify", "https://x.org#",
    "https://u:p@x.org", "https://", "https:///path", "https://x.org:65536", "https://x.org:0",
    "https://x y.org", "https://x.org/a b", "https://x.org/m\u00fcnchen", "https://x.org\\a",
    "https://x.org/a\\b", "https://x.org/<a>", "https://x.org/a\n", "javascript://x.org",
    "https://\u212aoms.org", "https://\u017fession.org", "https://x.org/\u212a", "")
GOOD_LOGOS = (
    "https://x.org/logo.svg", "https://x.org:8443/a/b.png", "https://x.org/a%20b/~c@2x.png",
    "https://x.org/logo", "https://x.org/a=b&c+(d)!*$:e")
BAD_LOGOS = (
    "http://x.org/logo.svg", "x.org/logo.svg", "/logo.svg", "https://x.org", "https://x.org/",
    "https://x.org/a/", "https://x.org//a", "https://x.org/a;script-src", "https://x.org/a,b",
    "https://x.org/a b", "https://x.org/'unsafe-inline'", "https://x.org/a?b", "https://x.org/a#b",
    "https://x.org/a%2", "https://x.org/a%zz", "https://*.x.org/a", "https://*/a", "https:///a",
    "https://u@x.org/a", "https://X.org/a", "https://x.org/m\u00fcnchen", "data:image/png,a",
    "https://x.org/<a>", "https://x.org/a\n", "https://x.org/a\\b", "")
# What a service can be called, and what it cannot.
GOOD_NAMES = ("session-api", "Zo\u00eb & S\u00f6hne, Inc.", "\u0634\u0631\u06a9\u062a", "a" * 64,
              "\U0001f600" * 64)
BAD_NAMES = ("a:b", "a\nb", "a\tb", "a\x7fb", "a\x85b", "a" * 65, "", " ")
# For the domain example.org, on a stage on AWS.
GOOD_RP_IDS = ("example.org", "app.example.org", "a_b.example.org", "xn--mnchen-3ya.de", "a.b")
BAD_RP_IDS = (
    "localhost", "example", "Example.org", "example.org.", ".example.org", "https://example.org",
    "example.org:8443", "example.org/", "127.0.0.1", "[::1]", "m\u00fcnchen.de", "*.example.org",
    "example..org", "example.org\n", "\u212aoms.org", "-a.org", "example.org-", "a-.org",
    "a" * 64 + ".org")
GOOD_PASSKEY_ORIGINS = (
    "https://example.org", "https://app.example.org", "https://a.b.example.org:8443",
    "android:apk-key-hash:" + "Az09-_" * 7 + "A")
BAD_PASSKEY_ORIGINS = (
    "http://example.org", "https://example.com", "https://notexample.org", "https://org",
    "https://example.org.evil.com", "https://example.org/", "https://example.org:*",
    "https://*.example.org", "http://localhost", "http://localhost:*", "example.org",
    "android:apk-key-hash:" + "A" * 42, "android:apk-key-hash:" + "A" * 44,
    "android:apk-key-hash:" + "=" * 43, "ios:bundle-id:org.example.app", "*")
# Only stage local takes them, for the domain localhost.
LOCAL_PASSKEY_ORIGINS = ("http://localhost", "http://localhost:8080", "http://localhost:*")
