"""The yardstick: the same service, written the way one would without looking at the cost."""
