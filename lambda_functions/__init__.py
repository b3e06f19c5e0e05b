"""One module for each function, and one function for each endpoint."""
