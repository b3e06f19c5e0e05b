"""The keys that are made from secrets."""
