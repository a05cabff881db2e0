"""Turn search results into cited answers, and check statements against the reports."""
