"""Says who is called: one announcement at a time, each once, nothing forgotten."""
