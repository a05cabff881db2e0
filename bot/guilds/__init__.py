"""What members and managers of a guild are told: the welcome, /help, and the guild's rules as text and as a file."""
