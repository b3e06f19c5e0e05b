"""What `scripts/deliver.py` is made of: the steps of the pipelines, without the smoke checks."""
