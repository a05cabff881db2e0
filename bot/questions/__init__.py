"""Process a question from its arrival to the card with its answer."""
