"""A kiosk that goes on when the network does not: its numbers, its journal, its clock, and the steps of a ticket."""
