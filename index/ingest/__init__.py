"""Add reports to a corpus: convert files, write report folders and draft expansions."""
