"""What `scripts/operate.py` is made of: client applications, people, the signing key."""
