"""Text normalization, dates, place names and message catalogues; independent of any report."""
