"""Data only: one catalogue a language; all have the same keys and placeholders."""
