"""Define the commands and event listeners. Cogs call Discord; the logic is in the other packages."""
