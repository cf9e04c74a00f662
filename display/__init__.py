"""What hangs in the hall: screens that follow the board."""
