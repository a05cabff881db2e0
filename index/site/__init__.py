"""A generation as a static site."""
