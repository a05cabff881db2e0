"""Questions that sessions and people answer."""
