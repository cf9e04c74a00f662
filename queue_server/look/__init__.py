"""The shared look: tokens, base page, icons, the small live script."""
