"""All that builds things: the composition root, and what it needs of AWS."""
