"""The account pages as they were built: what is served of them, and in which language."""
