"""The elected background worker of a store: it foresees, advises and archives, out of every server's way."""
