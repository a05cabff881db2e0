"""Gets responses and messages to Discord."""
