"""What a maintainer adds to the corpus with: converted files and drafts."""
