"""Converters of the formats that reports are published in, one module a format."""
