"""Cards of sessions, people and passages."""
