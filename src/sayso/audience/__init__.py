"""Many people at once: the same rule tree as SQL."""
