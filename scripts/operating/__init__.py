"""What `scripts/operate.py` is made of: client applications, people, signing key, pepper."""
