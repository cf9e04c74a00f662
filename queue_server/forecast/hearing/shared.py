"""What several events do to a window."""

from queue_server.forecast.heard import Heard
from queue_server.forecast.knowledge import Knowledge
from queue_server.forecast.scene import FREE, Counter


def open_unsaid(know: Knowledge, heard: Heard, counter: Counter) -> None:
    """A window that calls is open, whoever forgot to say so."""
    counter.open, counter.opened_at = True, heard.at
    know.presence.opened(heard.window, heard.at)
    know.forget_parts()


def free(know: Knowledge, window: int, at: int) -> None:
    counter = know.scene.counters.get(window)
    if counter is not None and not counter.ticket:
        counter.phase, counter.since, counter.dry = FREE, at, False
