"""What became of messages, in figures."""

from msgspec import UNSET

from queue_server.contract import messages
from queue_server.domain.messages import FAILED, LOG, MUTED, SENT, WRITTEN, OutboxState
from queue_server.flows.running import RunningHall


def message_counts(running: RunningHall, state: OutboxState) -> messages.MessagesState:
    """A hall's messages as managers see them. What outlets are told counts with each of them, not in the sums."""
    names = sorted((state.counts.keys() | state.cursors.keys()) - {"", "@"})
    rows = [_channel(running, state, name) for name in names]
    ways = [row for row in rows if row.behind is UNSET]
    none = state.counts.get("", {})
    return messages.MessagesState(
        waiting=state.waiting,
        sent=sum(row.sent for row in ways),
        failed=sum(row.failed for row in ways) + _sum(none, FAILED),
        quiet=_sum(none, MUTED),
        written=state.counts.get(LOG, {}).get(SENT, 0),
        channels=rows,
    )


def _channel(running: RunningHall, state: OutboxState, name: str) -> messages.ChannelCount:
    counts, told = state.counts.get(name, {}), state.cursors.get(name)
    return messages.ChannelCount(
        channel=name,
        sent=counts.get(SENT, 0) if name != LOG else 0,
        failed=_sum(counts, FAILED),
        retried=counts.get("retried", 0),
        behind=max(0, running.position - told) if told is not None else UNSET,
    )


def result(channel: str, state: str) -> str:
    """What became of a message, for people: what only stands in a file was not sent."""
    return WRITTEN if (channel, state) == (LOG, SENT) else state


def _sum(counts: dict[str, int], states: frozenset[str]) -> int:
    return sum(counts.get(state, 0) for state in states)
