"""Find the passages and sentences for a question, with scores."""
