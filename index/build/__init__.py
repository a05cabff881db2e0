"""Corpus -> published generation."""
