"""Readers of resident ID cards. What they give is free of names."""
