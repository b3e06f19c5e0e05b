"""The JavaScript client as a package: what is in it, its types, and whether it fits the API."""
