"""The client that agents use: requests with a token, and the live stream, over a network that comes and goes."""

from queue_server.link.client import Link, enrol
from queue_server.link.errors import Away, Refused
from queue_server.link.stream import Told

__all__ = ["Away", "Link", "Refused", "Told", "enrol"]
