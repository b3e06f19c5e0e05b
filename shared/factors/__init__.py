"""Second factors: what they are, how their secrets are kept, and what a code is checked against."""
