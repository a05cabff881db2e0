"""What lines of any format have in common: marks and numbers of lists, breaks, rows of tables, heads and feet of pages."""
