"""The archive: what a hall remembers for good, in SQL."""
