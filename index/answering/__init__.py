"""Turn search results into cited answers."""
