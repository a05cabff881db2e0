"""Look up sessions, people and organisations by name, country or day, and resolve scopes."""
