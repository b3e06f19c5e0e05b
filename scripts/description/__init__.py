"""What `openapi.yaml` is made of."""
