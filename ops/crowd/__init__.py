"""Simulated visitors and clerks against a running server: a demo, a rehearsal, a load test."""
