"""LED panels: a few lines of text above a window or at a zone's entrance."""
