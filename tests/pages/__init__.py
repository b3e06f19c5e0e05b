"""The account pages, from their sources to what is served."""
