"""Limits on what a piece of work may take: processor time, memory, file size."""
