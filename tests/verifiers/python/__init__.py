"""Verifiers of Python: each module has `verifier(issuer, audience)`, which gives what verifies."""
