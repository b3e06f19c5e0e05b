"""What builds the services: the composition root, and the adapters that it uses."""
