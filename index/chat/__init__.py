"""Talk to an OpenAI-compatible service of language models."""
