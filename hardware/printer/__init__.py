"""Ticket printers: what they print, how they say how they are, and those that only play one."""
