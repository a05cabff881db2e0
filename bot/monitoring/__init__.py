"""How the bot is doing: log, metrics, health."""
