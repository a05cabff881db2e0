"""Load the texts of the bot: one TOML catalogue for each language, all with the same keys and placeholders."""
