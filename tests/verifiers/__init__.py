"""Verifiers that other people wrote take our access tokens, and nothing else of ours."""
