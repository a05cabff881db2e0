"""Encode texts as vectors."""
