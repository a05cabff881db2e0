"""Evaluate retrieval and answers on questions with known evidence."""
