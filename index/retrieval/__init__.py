"""A question -> scored passages and sentences."""
