"""From a secret to keys."""
