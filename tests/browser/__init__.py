"""The client library in a real browser, against the whole stack."""
