"""Send responses and messages to Discord, in order and with retries."""
