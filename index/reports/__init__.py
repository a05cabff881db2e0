"""Read reports: a report's folder becomes a document, passages, sentences, sessions and people."""
