"""The only package that talks to AWS data stores: items in, domain objects out."""
