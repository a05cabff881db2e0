"""The Discord bot and its console: they ask `index` and show what it answers."""
