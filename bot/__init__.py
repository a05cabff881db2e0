"""The Discord bot and its command line: both pass questions to `index` and show the answers."""
