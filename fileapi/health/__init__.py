"""Whether this process lives, and whether requests should be sent to it."""
