"""One module a function, one function an endpoint."""
