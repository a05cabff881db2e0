"""The Discord client and its background tasks."""
