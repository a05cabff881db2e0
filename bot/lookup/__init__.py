"""Build the look-up cards of sessions, people and passages, and autocomplete choices."""
