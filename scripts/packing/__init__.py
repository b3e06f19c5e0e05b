"""What `scripts/package.py` is made of: what a function reaches, and what its zip holds of that."""
