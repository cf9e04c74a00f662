"""What a clerk works with: the console of a window."""
