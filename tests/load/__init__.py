"""A bounded load on the whole stack, in which every answer is checked: `make load`."""
