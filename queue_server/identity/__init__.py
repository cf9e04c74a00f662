"""Signing in with other services: one file each, all with the same two steps (`flows.sign_ins.Provider`)."""
