"""The store: Valkey or Redis behind one function library, typed calls over it, and the feed of its events."""
