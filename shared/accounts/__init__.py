"""The life of an account: sign-up, changes, export, deletion."""
