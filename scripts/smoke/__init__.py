"""What `make smoke` checks: a deployed API, called as a client application calls it."""
