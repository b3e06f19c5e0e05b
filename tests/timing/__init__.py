"""Whether the time of a refused sign-in tells that an address has an account: `make timing`."""
