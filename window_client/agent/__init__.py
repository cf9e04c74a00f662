"""The agent of a window's call pad: what a clerk presses is done at the server."""

from window_client.agent.agent import Charge, TokenRefused, run

__all__ = ["Charge", "TokenRefused", "run"]
