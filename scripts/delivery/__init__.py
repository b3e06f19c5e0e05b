"""The steps of the pipelines: what scripts/deliver.py runs."""
