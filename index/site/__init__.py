"""Publish a generation as a static site."""
