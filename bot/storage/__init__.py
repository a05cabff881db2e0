"""What the bot keeps between restarts: each server's rules, and the feedback that members chose to give."""
