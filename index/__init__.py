"""Reports: reading, indexing, searching and answering. Knows nothing of Discord; importing it loads no model."""
