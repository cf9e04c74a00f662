"""The `greenwave` command and all that runs a hall: the whole in one go, crowds, benches."""
