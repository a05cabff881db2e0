"""Store generations of the index on disk: files, manifests and the pointer to the live one."""
