"""The database: servers' rules and members' feedback."""
