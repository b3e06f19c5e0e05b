"""Every way to sign in, and what each ends with."""
