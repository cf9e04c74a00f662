"""Drivers of printers, readers, pads and loudspeakers; knows nothing of the rest."""
