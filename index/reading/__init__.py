"""Read passages closely: whether a text answers a question, and which words of it."""
