"""Build what members take along: citations, a thread's answers as Markdown, and a guild's rules as a file."""
