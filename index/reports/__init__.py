"""A report's folder -> its document, passages, sessions and people."""
