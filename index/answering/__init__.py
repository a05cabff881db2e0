"""What was found -> an answer."""
