"""The client that agents use: requests with a token, and the live stream, over a network that comes and goes."""
