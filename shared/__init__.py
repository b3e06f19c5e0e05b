"""The small library that the functions share."""
