"""What `scripts/pipelines.py` is made of: the pipelines for Go.cd."""
