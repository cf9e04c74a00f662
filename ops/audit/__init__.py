"""The ledger: read by workers, followed and exported by commands, looked at on a page."""
