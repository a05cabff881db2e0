"""What members can do with the bot: Discord calls only, logic lies beside this package."""
