"""Language-level helpers, which know no report."""
