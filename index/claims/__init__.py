"""Check statements against the reports: what they claim, whether a sentence says so, and what it says instead."""
