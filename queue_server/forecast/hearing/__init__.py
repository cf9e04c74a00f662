"""How a forecast hears: one function for each event that it learns from. Others are heard and do nothing."""

from queue_server.forecast.heard import Heard
from queue_server.forecast.hearing import tickets, windows
from queue_server.forecast.hearing.idle import let_wait, who_ignores
from queue_server.forecast.knowledge import Knowledge

HEARS = {**tickets.HEARS, **windows.HEARS}


def hear(know: Knowledge, heard: Heard) -> None:
    """Moves on by one event. What makes no sense is noted as a doubt and left out."""
    know.pass_time(heard.at)
    handler = HEARS.get(heard.name)
    if handler is not None:
        let_wait(know)
        handler(know, heard)
        know.ignoring = who_ignores(know)
