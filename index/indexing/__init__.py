"""Build and publish generations of the index from a corpus."""
