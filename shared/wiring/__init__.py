"""All that builds things: the composition root and what it stands on."""
