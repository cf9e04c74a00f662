"""Free windows that let people wait: watched from event to event."""

from queue_server.forecast.knowledge import Knowledge
from queue_server.forecast.learning.idling import AFTER, IDLE
from queue_server.forecast.scene import Counter

LONGEST_LOOK_S = 1200.0
"""Longer without any event nobody looked: a night, or a line that was cut."""


def let_wait(know: Knowledge) -> None:
    """The time since the last event counts for the free windows that let people wait meanwhile."""
    passed_s = (know.now - know.looked) / 1000
    know.looked = know.now
    if 0 < passed_s < LONGEST_LOOK_S:
        for window, counter, queues in know.ignoring:
            counter.ignored_s += passed_s
            know.idling.waits(window, IDLE if counter.dry else AFTER, queues, passed_s)


def who_ignores(know: Knowledge) -> list[tuple[int, Counter, list[str]]]:
    """Free windows that somebody waits for, with the queues that do; one that nobody waits for is idle."""
    waiting = {queue for queue, row in know.scene.queues.items() if row}
    found = []
    for window, counter in know.scene.counters.items():
        if not counter.is_free:
            end_spell(know, window, counter)
            continue
        queues = [queue for queue, _ in counter.queues or know.queues_of(window) if queue in waiting]
        if queues:
            found.append((window, counter, queues))
        else:
            end_spell(know, window, counter)
            counter.dry = True
    return found


def end_spell(know: Knowledge, window: int, counter: Counter) -> None:
    """A window lets nobody wait any more, without having called."""
    if counter.ignored_s > 0:
        kind = IDLE if counter.dry else AFTER
        know.pace.spell(counter.dry, counter.ignored_s, know.idling.mean_s(window, kind), False)
        counter.ignored_s = 0.0


# being asked
