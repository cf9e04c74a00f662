"""The agent of a loudspeaker and of LED panels: follows the board, speaks, shows, and says how it is."""
