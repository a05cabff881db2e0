"""The way of a question through the bot."""
