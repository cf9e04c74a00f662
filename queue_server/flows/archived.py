"""How a hall's archive fares, as managers are told it."""

from queue_server.contract.boards import ArchiveState
from queue_server.contract.times import rfc3339_or_none
from queue_server.domain.archive import SILENT_MS
from queue_server.flows.running import RunningHall


def archive_state(running: RunningHall, at: int) -> ArchiveState | None:
    """None where nothing was ever archived."""
    state = running.archive
    if state is None:
        return None
    return ArchiveState(
        status="silent" if at - state.at > SILENT_MS else state.status,
        behind=state.behind,
        since=rfc3339_or_none(state.since),
        lasts_s=state.room_s(at) if state.lasts_s >= 0 else None,
        trouble=state.trouble,
        lost=state.lost,
    )
