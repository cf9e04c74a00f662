"""What a hall is and does, pure: no clock, no input or output, no store, no web."""
