"""Answer questions about sessions and people from the structure of the reports, by rules."""
