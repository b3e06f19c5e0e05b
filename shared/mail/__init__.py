"""What our mail says, the links in it, and the port that sends it."""
