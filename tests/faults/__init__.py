"""A store that fails, at each single call of each handler in turn."""
