"""The pages are true: their examples run, and their tables say what the code says."""
