"""Measures what the functions cost: time, memory, request units, money."""
